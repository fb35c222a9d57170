"""Holds folders to the import contracts of their pyproject.toml, one after another.

Run as a program: a folder's path a line comes in, its broken contracts go out as a line of JSON, or
what import-linter said, where that could not be read. import-linter is loaded once, and each folder
gets a fresh process, forked from that: packages of one name have other contents there.
"""

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

from importlinter.cli import lint_imports


def broken_in(folder: Path) -> list[str] | str:
    """Return the contracts that the packages below *folder* break."""
    sys.path[:0] = [str(folder / "server"), str(folder / "archive_hooks")]
    os.chdir(folder)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = lint_imports(config_filename=str(folder / "pyproject.toml"), no_cache=True)
    broken = re.findall(r"^(.+) BROKEN", said.getvalue(), re.MULTILINE)
    return broken if bool(broken) == (status != 0) else said.getvalue()


def main() -> None:
    """Answer until nothing more comes."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print(json.dumps(broken_in(Path(line.rstrip("\n")))), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status != 0:
            print(json.dumps(f"{line}: ended with {status}"), flush=True)


if __name__ == "__main__":
    main()
