"""What a command says it did: a sentence for people, or facts for a script.

What others wrote may steer a terminal: names of devices and people were stored as they came once.
"""

import json
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def plain(line: str) -> str:
    """Return a line that cannot steer a terminal: what does not print becomes U+FFFD."""
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


def tell(text: str, as_json: bool, **facts: object) -> None:
    """Print the text, or the facts as one JSON object."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else text)
