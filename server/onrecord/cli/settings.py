"""onrecord settings: what can be set, and what is."""

import json
from typing import Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.place import place_of

settings_app = App(
    help="Show what can be set, and what is set.", no_args_is_help=True, rich_markup_mode="markdown"
)


@settings_app.command()
def reference() -> None:
    """Print every setting with its default and meaning, as Markdown (docs/settings.md)."""
    from onrecord.app.settings.reference import reference as text

    print(text(), end="")


@settings_app.command()
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print the settings in force: file, environment and defaults together.

    There is no secret among them: keys and passwords lie in files of their own.
    """
    found = place_of(context).settings().model_dump(mode="json")
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        if not isinstance(value, dict):
            print(f"{name} = {json.dumps(value)}")
            continue
        print(f"\n[{name}]")
        for key, inner in value.items():
            if inner is not None:
                print(f"{key} = {json.dumps(inner, ensure_ascii=False)}")
