"""A program for the tests of the warm interpreter: it says who it is, and does one thing."""

import os
import signal
import sys


def main() -> int:
    """Do what the first argument says; Ctrl-C is exit code 130."""
    try:
        return _do(sys.argv[1])
    except KeyboardInterrupt:
        return 130


def _do(what: str) -> int:
    print(f"began as {os.getpid()}", flush=True)
    if what == "environment":
        print(os.environ[sys.argv[2]])
        return 0
    if what == "exit":
        print(f"argument {sys.argv[2]}")
        print("to standard error", file=sys.stderr)
        return int(sys.argv[2])
    signal.pause()
    return 0
