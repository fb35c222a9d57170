"""Writes a hook of one's own that works and passes the kit, to begin from."""

import importlib.util
import keyword
import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from onrecord.core.domain.errors import BadInput
from onrecord_archive.registry import installed

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FILES: Final = {
    "pyproject.toml": "pyproject",
    "README.md": "readme",
    "$name.py": "module",
    "test_$name.py": "test_module",
}
"""Each file's name, and which template of hook_template/ it is made of."""


def scaffold(name: str, into: Path) -> Path:
    """Write the distribution of a hook to `into`/`name`, and return that folder. Blocks.

    Raises BadInput (`bad_hook_name`) where the name is none or taken, or nothing can be written.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        detail = "it takes small letters, digits and _, a letter first, 40 at most"
        raise _refused(f"{name} can't be the name of a hook: {detail}.")
    if name in installed():
        raise _refused(f"A hook of the kind {name} is installed already.")
    if importlib.util.find_spec(name) is not None:
        raise _refused(f"There is a module {name} already, which the hook's would hide.")
    folder = into / name
    try:
        folder.mkdir(parents=True)
        for path, text in rendered(name).items():
            (folder / path).write_text(text, encoding="utf-8")
    except FileExistsError as error:
        detail = "Choose another name, or another place with --into."
        raise _refused(f"{error.filename} is there already. {detail}") from error
    except OSError as error:
        raise _refused(f"{error.filename}: {error.strerror}.") from error
    return folder


def rendered(name: str) -> dict[str, str]:
    """Return the text of each file of a hook's distribution, by its path."""
    words = {
        "name": name,
        "class_name": "".join(part.capitalize() for part in name.split("_")),
        "dashed": name.replace("_", "-"),
    }
    templates = files("onrecord.cli") / "hook_template"
    return {
        Template(path).substitute(words): Template(
            (templates / f"{template}.txt").read_text(encoding="utf-8")
        ).substitute(words)
        for path, template in _FILES.items()
    }


def _refused(detail: str) -> BadInput:
    return BadInput("bad_hook_name", detail)
