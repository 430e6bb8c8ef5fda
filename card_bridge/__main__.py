"""`python -m card_bridge`."""

import sys

from card_bridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
