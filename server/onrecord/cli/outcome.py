"""What a command says it did: a sentence for people, or facts for a script."""

import json
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def tell(text: str, as_json: bool, **facts: object) -> None:
    """Print the text, or the facts as one JSON object."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else text)
