"""Runs a command as on a kernel without Landlock: `python -m tests.rig.no_landlock COMMAND…`."""

import errno
import os
import struct
import sys

from onrecord.core.hooks.process.calls import Program
from onrecord.core.hooks.process.kernel import filter_calls

LANDLOCK_CREATE_RULESET = 444


def main() -> None:
    """Have the kernel answer ENOSYS to whoever asks for Landlock, and become the command."""
    steps = [
        (0x20, 0, 0, 0),
        (0x15, 0, 1, LANDLOCK_CREATE_RULESET),
        (0x06, 0, 0, 0x00050000 | errno.ENOSYS),
        (0x06, 0, 0, 0x7FFF0000),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    filter_calls(Program(len(steps), code))
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])


if __name__ == "__main__":
    main()
