"""Writes the client's copy of the protocol: `python -m onrecord.app.generate [--check]`.

schema.json comes from the types in frames.py and the features' bodies; types.gen.ts
comes from schema.json and names its hash, so that `--check` needs no Node.js.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.json import schema_components

from onrecord import features
from onrecord.protocol import frames, problems, rest
from onrecord.protocol.rest import Body, Reply

REPOSITORY: Final = Path(__file__).parents[3]
CLIENT: Final = REPOSITORY / "client_web"
SCHEMA: Final = CLIENT / "src" / "wire" / "schema.json"
TYPES: Final = CLIENT / "src" / "wire" / "types.gen.ts"

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NULL: Final[Json] = {"type": "null"}
UNIONS: Final = {
    "AnyClientFrame": frames.AnyClientFrame,
    "AnyCommand": frames.AnyCommand,
    "AnyServerFrame": frames.AnyServerFrame,
    "AnyEvent": frames.AnyEvent,
}


def schema() -> dict[str, Any]:
    """Return JSON Schema 2020-12 whose `$defs` hold every frame, event and body by name."""
    bodies = _bodies()
    roots, definitions = schema_components(
        [*UNIONS.values(), *bodies], ref_template="#/$defs/{name}"
    )
    for name, root in zip(UNIONS, roots, strict=False):
        definitions[name] = {"title": name, **root}
    # `events` are kept encoded on the server (Raw); what they are is AnyEvent.
    definitions["Events"]["properties"]["events"]["items"] = {"$ref": "#/$defs/AnyEvent"}
    return {
        "$schema": DIALECT,
        "title": frames.SUBPROTOCOL,
        "$defs": {name: tidy(definitions[name]) for name in sorted(definitions)},
    }


@cache
def schema_text() -> str:
    """Return schema.json as it must stand in the repository."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def stale(schema_file: Path = SCHEMA, types_file: Path = TYPES) -> list[str]:
    """Return what is wrong with the generated files, one sentence each; empty: they are fresh."""
    found: list[str] = []
    text = schema_text()
    if not schema_file.exists() or schema_file.read_text(encoding="utf-8") != text:
        found.append(f"{schema_file.name} is not what the types of onrecord.protocol say.")
    wanted = f"schema.json {sha256(text.encode()).hexdigest()}"
    if not types_file.exists() or wanted not in types_file.read_text(encoding="utf-8")[:400]:
        found.append(f"{types_file.name} was not made from this schema.json.")
    return found


def write() -> None:
    """Write schema.json, then types.gen.ts by the client's own tool (needs Node.js, `npm ci`)."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    subprocess.run(["npm", "run", "--silent", "generate"], cwd=CLIENT, check=True)


def main(arguments: Sequence[str]) -> int:
    """Write the files, or with `--check` say what is stale; return the exit code."""
    if "--check" not in arguments:
        write()
        return 0
    found = stale()
    for sentence in found:
        sys.stderr.write(f"{sentence} Run: python -m onrecord.app.generate\n")
    return 1 if found else 0


def tidy(node: Json) -> Json:
    """Return a schema whose optional members are absent or a value, never null (frames.py)."""
    if isinstance(node, list):
        return [tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    kinds = node.get("anyOf")
    if isinstance(kinds, list) and NULL in kinds:
        rest_of = {name: value for name, value in node.items() if name not in ("anyOf", "default")}
        left = [kind for kind in kinds if isinstance(kind, dict) and kind != NULL]
        only: dict[str, Json] = left[0] if len(left) == 1 else {"anyOf": [*left]}
        return tidy({**rest_of, **only})
    made = {name: tidy(value) for name, value in node.items()}
    if isinstance(text := made.get("description"), str):
        made["description"] = cleandoc(text)
    return made


def _bodies() -> list[type[msgspec.Struct]]:
    """Return the bodies of both REST sides, in the order in which they are defined."""
    return [
        value
        for module in (rest, problems, *_body_modules())
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Body | Reply)
        and value.__module__ == module.__name__
        and value not in (Body, Reply)
    ]


def _body_modules() -> list[ModuleType]:
    """Return the features' modules of bodies: their names say so."""
    found = walk_packages(features.__path__, f"{features.__name__}.")
    return [import_module(each.name) for each in found if each.name.endswith("bodies")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
