"""A disk without room for what ``gopolicy.files`` writes."""

from gopolicy import files


def fill_disk(monkeypatch):
    """Lets each new file be ``/dev/full``, where every write fails."""

    def open_full(path, mode):
        return open("/dev/full" if mode == "wb" else path, mode)

    monkeypatch.setattr(files, "open", open_full, raising=False)
