"""Writes docs/wire.md from the wire's own schema: every frame, event and body, to the last member.

Run `make reference`; a test holds the file to what this prints.
"""

import sys
from typing import Any

from onrecord.app.generate import schema

HEAD = """# Frames, events and bodies of onrecord.v1

<!-- Made by `make reference`; do not edit. -->

What each one means and when it is sent stands in [server/README.md](../server/README.md); this is
the list of every member, made from the definition. client_web/src/wire/schema.json is the same as
JSON Schema. A member marked ? may be absent; none is ever null.
"""
CHAPTERS = {
    "What a client sends": "AnyClientFrame",
    "What the server sends": "AnyServerFrame",
    "Events": "AnyEvent",
}


def reference() -> str:
    """Return docs/wire.md."""
    definitions = schema()["$defs"]
    parts, told = [HEAD], set(CHAPTERS.values()) | {"AnyCommand"}
    for title, union in CHAPTERS.items():
        names = [name_of(choice) for choice in definitions[union]["anyOf"]]
        told.update(names)
        parts.append(chapter(title, names, definitions))
    rest = [name for name in definitions if name not in told]
    parts.append(chapter("Bodies, and parts of all these", rest, definitions))
    return "\n".join(parts)


def chapter(title: str, names: list[str], definitions: dict[str, Any]) -> str:
    """Return a chapter with a section for each of the definitions called `names`."""
    sections = (section(name, definitions[name]) for name in names)
    return "\n".join([f"## {title}\n", *sections])


def section(name: str, definition: dict[str, Any]) -> str:
    """Return name, meaning and members of one definition."""
    required = set(definition.get("required", ()))
    rows = [
        f"| `{member}`{'' if member in required else ' ?'} | {kind(value).replace('|', '&#124;')} |"
        for member, value in definition["properties"].items()
    ]
    table = "\n".join(["| member | what |", "|---|---|", *rows])
    return f"### {name}\n\n{definition.get('description', '')}\n\n{table}\n"


def kind(value: dict[str, Any]) -> str:
    """Return what a member may be, in words."""
    if "$ref" in value:
        return f"[{name_of(value)}](#{name_of(value).lower()})"
    if "anyOf" in value:
        return ", or ".join(map(kind, value["anyOf"]))
    if "enum" in value:
        return " or ".join(f"`{choice}`" for choice in value["enum"])
    if "items" in value and value["items"] is not False:
        return f"list of: {kind(value['items'])}{limits(value)}"
    if "prefixItems" in value:
        return f"list of exactly: {', '.join(map(kind, value['prefixItems']))}"
    return f"{value.get('type', 'anything')}{limits(value)}"


def limits(value: dict[str, Any]) -> str:
    """Return the limits on a member in words, led by a comma; empty if there are none."""
    words = {
        "pattern": "as `{}`",
        "minLength": "{} characters or more",
        "maxLength": "{} characters at most",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "minimum": "from {}",
        "exclusiveMaximum": "below {}",
    }
    return "".join(f", {text.format(value[key])}" for key, text in words.items() if key in value)


def name_of(reference_to: dict[str, Any]) -> str:
    """Return the name of the definition that a `$ref` points to."""
    return str(reference_to["$ref"]).rpartition("/")[2]


if __name__ == "__main__":
    sys.stdout.write(reference())
