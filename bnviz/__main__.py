"""``python -m bnviz``: see ``python -m bnviz --help``."""

import sys

from bnviz.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
