"""docs/settings.md says what the model says."""

from pathlib import Path

from onrecord.app.settings.model import Settings
from onrecord.app.settings.reference import reference, type_name
from onrecord.app.settings.section import Section

DOCUMENT = Path("docs/settings.md")


def test_the_committed_reference_is_fresh() -> None:
    fresh = DOCUMENT.read_text(encoding="utf-8") == reference()
    assert fresh, "run: .venv/bin/onrecord settings reference > docs/settings.md"


def test_every_setting_has_a_meaning() -> None:
    silent = [
        f"{table}.{name}"
        for table, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
        for name, inner in field.annotation.model_fields.items()
        if not inner.description
    ]
    assert silent == []


def test_types_are_called_as_in_toml() -> None:
    assert type_name(int) == "number"
    assert type_name(bool) == "true or false"
    assert type_name(Path | None) == "path"
    assert type_name(tuple[Path, ...]) == "list of paths"
