"""Writes tests/example_hook: what `onrecord hooks new filing` makes, to be read without running it.

Run `make reference`; a test holds the files to what this makes.
"""

from pathlib import Path
from typing import Final

from onrecord.cli.hook_scaffold import rendered

NAME: Final = "filing"
FOLDER: Final = Path(__file__).parents[1] / "tests" / "example_hook"


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of the files that are not what the template makes, or are no part of it."""
    made = rendered(NAME)
    there = {path.name for path in folder.iterdir() if path.is_file()}
    kept = {name: folder / name for name in made}
    old = [
        name
        for name, path in kept.items()
        if not path.exists() or path.read_text(encoding="utf-8") != made[name]
    ]
    return sorted({*old, *(there - made.keys())})


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in rendered(NAME).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
