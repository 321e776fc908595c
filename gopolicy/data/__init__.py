"""Collections of records to one HDF5 file of games, and from that to samples.

``convert`` builds the file that ``h5file`` describes, from what ``selection`` lets
through; ``dataset`` opens it, and ``sampling`` draws its positions and makes their
planes. It knows no network; training, measuring, comparing, exporting and pictures
come in, and the commands.
"""
