"""Generated files are what their source makes of them."""

from pathlib import Path

import pytest

from onrecord.wire.generate import SCHEMA, TYPES, stale


def test_the_schema_and_the_types_of_the_wire_are_fresh() -> None:
    assert stale() == []


@pytest.mark.parametrize("file", [SCHEMA, TYPES])
def test_control_a_changed_file_is_stale(file: Path, tmp_path: Path) -> None:
    copies = [tmp_path / SCHEMA.name, tmp_path / TYPES.name]
    for copy, source in zip(copies, (SCHEMA, TYPES), strict=True):
        text = source.read_text(encoding="utf-8")
        copy.write_text(text.replace("e", "x", 200) if source == file else text, encoding="utf-8")
    assert len(stale(*copies)) == 1
