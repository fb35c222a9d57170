"""The client's copy of the protocol is fresh, and staleness shows."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from onrecord.app import generate


def test_the_generated_files_are_fresh() -> None:
    assert generate.stale() == []
    assert generate.main(["--check"]) == 0


def test_the_schema_is_json_schema_2020_12() -> None:
    Draft202012Validator.check_schema(generate.schema())


@pytest.mark.parametrize("planted", ["schema", "types"])
def test_a_changed_file_is_found(tmp_path: Path, planted: str) -> None:
    schema_file, types_file = tmp_path / "schema.json", tmp_path / "types.gen.ts"
    schema_file.write_bytes(generate.SCHEMA.read_bytes())
    types_file.write_bytes(generate.TYPES.read_bytes())
    assert generate.stale(schema_file, types_file) == []
    target = schema_file if planted == "schema" else types_file
    target.write_text(target.read_text().upper())
    assert len(generate.stale(schema_file, types_file)) == 1


def test_missing_files_are_found(tmp_path: Path) -> None:
    assert len(generate.stale(tmp_path / "schema.json", tmp_path / "types.gen.ts")) == 2


def test_optional_members_are_absent_never_null() -> None:
    send = generate.schema()["$defs"]["Send"]
    assert "reply_to" not in send["required"]
    assert send["properties"]["reply_to"]["type"] == "string"
