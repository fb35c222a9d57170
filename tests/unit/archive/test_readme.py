"""The documented formats are the ones in the code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from onrecord_archive.events.record_schema import kept_schema, shown_schema
from onrecord_archive.format import layout
from onrecord_archive.format.epoch_key import OpeningKey, SealingKey
from onrecord_archive.format.key_table import CREATE, INDEX
from onrecord_archive.format.leaf import KeyLeaf, RecordLeaf, TailLeaf

HOOKS = Path(__file__).parents[3] / "archive_hooks"
README = (HOOKS / "README.md").read_text()
PACKAGE = HOOKS / "onrecord_archive"


def row(start: str) -> str:
    return next(line for line in README.splitlines() if line.startswith(start))


@pytest.mark.parametrize(
    ("kind", "leaf"), [("record", RecordLeaf), ("key", KeyLeaf), ("tail", TailLeaf)]
)
def test_every_member_of_a_leaf_is_documented(kind: str, leaf: type[msgspec.Struct]) -> None:
    members = re.sub(r"\{.*?\}|\?", "", row(f"| `{kind}` |").split("|")[2]).strip(" `").split(", ")
    assert tuple(members) == leaf.__struct_encode_fields__


def test_every_code_of_the_verifier_is_documented_and_no_other() -> None:
    checkers = [*(PACKAGE / "verify").glob("*.py"), PACKAGE / "format/strict.py"]
    sources = [path.read_text() for path in checkers]
    raised = set(re.findall(r'NotVerified\(\s*"(\w+)"', "\n".join(sources)))
    table = README.partition("| code |")[2].partition("\n\n")[0]
    documented = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.M))))
    assert documented == raised | {"checkpoint"}


def test_every_member_of_a_record_is_documented() -> None:
    section = README.partition("## 1 Record")[2].partition("## 2 Leaf")[0]
    for schema in (shown_schema(), kept_schema()):
        for name in schema["properties"]:
            assert re.search(rf"`{name}\b", section), name


def test_key_files_and_key_store_are_documented() -> None:
    for key in (OpeningKey, SealingKey):
        line = row(f"| {'opening' if key is OpeningKey else 'sealing'} key")
        for name in key.__struct_encode_fields__:
            assert f"`{name}`" in line
    page = " ".join(README.split())
    for statement in (CREATE, INDEX):
        assert " ".join(statement.replace("IF NOT EXISTS", "").split()) in page
    columns = re.findall(r"^    (\w+) +(?:BLOB|TEXT|INTEGER)", CREATE, re.M)
    assert f"sealed_key({', '.join(columns)})" in README.replace("\n", " ")


def test_every_name_in_the_directory_is_documented() -> None:
    names = (layout.TAILS, layout.TILE, layout.BLOBS, layout.TMP)
    assert all(f"`{name}/" in README for name in names)
    assert f"| `{layout.CHECKPOINT}` |" in README
    assert f"| `{layout.CHECKPOINTS}` |" in README


@pytest.mark.parametrize(("one", "other"), [("writer.log", "reader"), ("reader.opener", "writer")])
def test_writer_and_reader_know_nothing_of_each_other(one: str, other: str) -> None:
    program = (
        f"import sys, json, onrecord_archive.{one}; "
        f"print(json.dumps([m for m in sys.modules if m.startswith('onrecord_archive.{other}')]))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(run.stdout) == []
