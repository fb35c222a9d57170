"""`python -m onrecord_archive.verify`: the published command of the checker (archive.py)."""

import sys

from onrecord_archive.verify.archive import main

if __name__ == "__main__":
    sys.exit(main())
