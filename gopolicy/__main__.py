"""``python -m gopolicy`` is the ``gopolicy`` command."""

from gopolicy.cli import main

if __name__ == "__main__":
    main()
