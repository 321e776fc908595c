"""What a trained network has learned: its kernels, its filters, what answers hang on.

Each module computes one view as arrays: the first kernels (``kernels``), what a layer
says of positions and what excites a filter (``filters``), which shapes on the board a
filter picks (``motifs``), what one answer hangs on (``answers``, ``occlusion``), how
far a layer sees (``field``). It knows Keras models and datasets; not how a view is
drawn or printed. The command comes in, the plots, and the window, which takes
``occlusion`` alone: that needs no TensorFlow.
"""
