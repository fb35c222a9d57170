"""The settings reference, written from the model: docs/settings.md is this text."""

import types
from pathlib import Path
from typing import Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from onrecord.app.settings.load import BETWEEN, PREFIX
from onrecord.app.settings.model import Settings
from onrecord.app.settings.section import Section

HEAD = """# Settings

<!-- Made by `onrecord settings reference`; do not edit. -->

Settings are read once, when a command starts: first the file `onrecord.toml` in the data directory
(or the one that `--config` names), then the environment, which wins. `listen` in the table
`[chat]` is `ONRECORD_CHAT__LISTEN` there. An unknown name is an error. Relative paths are meant
from the data directory. No setting is a secret: keys and passwords lie in files of their own, mode
0600, and a setting at most says where.

The data directory itself is `--data`, or `ONRECORD_DATA`, or `./data`; the settings file
`--config` or `ONRECORD_CONFIG`.
"""


def reference() -> str:
    """Return docs/settings.md."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            parts.append(_table(name, section))
        elif get_origin(section) is dict:
            parts.append(_table(f"{name}.NAME", get_args(section)[1]))
    return "\n".join(parts)


def _table(name: str, section: type[Section]) -> str:
    about = (section.__doc__ or "").partition("\n\n")[0].strip()
    rows = "\n".join(_row(name, key, field) for key, field in section.model_fields.items())
    head = "| setting | type | default | meaning |\n|---|---|---|---|"
    return f"## [{name}]\n\n{about}\n\n{head}\n{rows}\n"


def _row(table: str, name: str, field: FieldInfo) -> str:
    environment = f"{PREFIX}{table.replace('.', BETWEEN)}{BETWEEN}{name}".upper()
    meaning = " ".join((field.description or "").split())
    kind = type_name(field.annotation).replace("|", "\\|")
    return f"| `{name}` | {kind} | {_default(field)} | {meaning} `{environment}` |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True)
    if default in (None, (), {}):
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f'`"{default}"`' if isinstance(default, str | Path) else f"`{default}`"


def type_name(kind: object) -> str:
    """Return a type as a person who writes TOML calls it."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in inner)
    if origin in (Union, types.UnionType):
        return type_name(next(part for part in inner if part is not type(None)))
    if origin is dict:
        return f"table of {type_name(inner[1])}s"
    if origin is tuple:
        return f"list of {type_name(inner[0])}s"
    names = {str: "text", int: "number", float: "number", bool: "true or false", Path: "path"}
    return next(name for known, name in names.items() if kind is known)
