"""Read the settings: one TOML file and ONRECORD_* of the environment, once."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from onrecord.app.settings.model import Settings
from onrecord.app.settings.paths import DataPaths, refuse_closed
from onrecord.app.settings.section import Section
from onrecord.core.domain.errors import RefuseToStart

T = TypeVar("T", bound=Section)
PREFIX = "ONRECORD_"
BETWEEN = "__"
"""ONRECORD_CHAT__LISTEN is `listen` in the table `[chat]`."""

PUBLIC: Final = frozenset({"data", "hooks", "certificate", "ca_file", "notices"})
"""Settings whose paths a hook's options may name as well: what is everyone's, or a hook's own."""


def load(data: Path, file: Path | None = None) -> Settings:
    """Return the settings for a data directory.

    The environment wins over the file; without *file*, DATA/onrecord.toml is read if it is there.
    Paths in the result are absolute; relative ones are meant from the data directory.
    Raises RefuseToStart (`bad_settings`, `wrong_user`).
    """
    root = data.expanduser().resolve()
    refuse_closed(root)
    table = _read(file or DataPaths(root).settings, needed=file is not None)
    _refuse_unknown(os.environ)
    try:
        found = _sources(root, table)().model_dump()
        settings = Settings.model_validate(found)
    except ValidationError as error:
        raise _bad(_sentence(error)) from error
    except SettingsError as error:  # it names the setting, never its value
        raise _bad(f"{error}.") from error
    return _absolute(settings, root)


def _read(path: Path, *, needed: bool) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError as error:
        if needed:
            raise _bad(f"There is no file {path}.") from error
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(f"{path} cannot be read: {error}.") from error


def _sources(root: Path, table: dict[str, Any]) -> type[BaseSettings]:
    """Return Settings with its two sources. `data` is an argument, never in either of them."""
    if "data" in table:
        raise _bad("`data` is given on the command line or as ONRECORD_DATA, not in the file.")

    class Sources(BaseSettings, Settings):
        model_config = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter=BETWEEN, extra="forbid"
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            fixed = InitSettingsSource(settings_cls, init_kwargs={"data": root})
            written = InitSettingsSource(settings_cls, init_kwargs=table)
            return fixed, EnvSettingsSource(settings_cls), written

    return Sources


def tls_policy_file() -> Path | None:
    """Return OpenSSL's configuration (docs/systemd/openssl.cnf) where the environment names one.

    The library reads it by itself; a hook's process, which inherits nothing, is told.
    """
    named = os.environ.get("OPENSSL_CONF")
    return Path(named) if named else None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """Refuse a misspelt ONRECORD_TABLE__NAME, which would be ignored in silence otherwise.

    A table with names of the operator's own (`hooks`) is checked as a whole, by the model.
    """
    for name in environ:
        table, between, setting = name.removeprefix(PREFIX).lower().partition(BETWEEN)
        if not name.startswith(PREFIX) or not between:
            continue
        field = Settings.model_fields.get(table)
        known = getattr(field.annotation, "model_fields", None) if field else {}
        if known is not None and setting.partition(BETWEEN)[0] not in known:
            raise _bad(f"{name} in the environment names no setting.")


def own_paths(section: Section) -> list[Path]:
    """Return every path that a section names and that is the server's own, its tables' included.

    That is each but those in PUBLIC; what a hook's options name is that hook's.
    """
    found: list[Path] = []
    for name in type(section).model_fields:
        if name not in PUBLIC:
            found += _paths_in(getattr(section, name))
    return found


def _paths_in(value: object) -> list[Path]:
    if isinstance(value, Path):
        return [value]
    if isinstance(value, Section):
        return own_paths(value)
    if isinstance(value, dict):
        return _paths_in(tuple(value.values()))
    return [path for item in value for path in _paths_in(item)] if isinstance(value, tuple) else []


def _absolute(section: T, root: Path) -> T:
    """Return the section with every path in it made absolute, from the data directory."""
    values = {name: getattr(section, name) for name in type(section).model_fields}
    return section.model_copy(update={name: _rooted(each, root) for name, each in values.items()})


def _rooted(value: object, root: Path) -> object:
    if isinstance(value, Path):
        return root / value.expanduser()
    if isinstance(value, tuple):
        return tuple(_rooted(item, root) for item in value)
    if isinstance(value, dict):
        return {key: _rooted(item, root) for key, item in value.items()}
    return _absolute(value, root) if isinstance(value, Section) else value


_SAID: Final = {
    "extra_forbidden": "There is no such setting",
    "missing": "It is needed",
    "string_type": 'Put it in quotes: "…"',
    "tuple_type": "Make it a list, in brackets: […]",
}
"""What to say of these errors in place of the checker's own words."""


def _sentence(error: ValidationError) -> str:
    """Say what is wrong without repeating a value: it may be a secret in the wrong place."""
    parts = []
    for item in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in item["loc"])
        parts.append(f"{name}: {_SAID.get(item['type'], item['msg'])}")
    return "; ".join(parts) + "."


def _bad(detail: str) -> RefuseToStart:
    return RefuseToStart(
        "bad_settings",
        detail,
        "Correct it; docs/settings.md and `onrecord settings reference` list every setting.",
    )
