"""Where the program begins, as `advisor` and as `python -m advisor`."""

import gc

# Before anything large is loaded: looking for cycles among what is only being loaded takes a tenth.
gc.disable()

from advisor.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
