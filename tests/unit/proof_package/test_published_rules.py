"""COPY.md's rules and PUBLISHED.md suffice for a manifest, README.txt and verify.html.

The check below is written from those two pages and uses nothing of the program that makes a copy.
"""

import json
import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.architecture.rules.source import ROOT
from tests.unit.proof_package.own_copies import Talk, copy_of, write

PUBLISHED = ROOT / "archive_hooks" / "PUBLISHED.md"


def published() -> set[tuple[str, ...]]:
    """The rows of PUBLISHED.md: format, file, which, SHA-256."""
    lines = PUBLISHED.read_text(encoding="utf-8").splitlines()
    return {tuple(re.findall("`([^`]*)`", line)) for line in lines if line.startswith("| `")}


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def name_of(file: dict[str, Any]) -> str:
    end = file["name"].rpartition(".")[2].lower()
    ending = f".{end}" if re.fullmatch("[a-z0-9]{1,8}", end) else ""
    return f"file-{file['sha256']}{ending}"


def counts(lines: list[dict[str, Any]], names: set[str]) -> dict[str, Any]:
    listed = [
        {**file, "record": line["archive_index"]}
        for line in lines
        for file in (line.get("shown") or line.get("seen") or {}).get("files", [])
    ]
    called: dict[str, str] = {}
    for file in listed:
        called.setdefault(file["sha256"], name_of(file))
    here = [file for file in listed if called[file["sha256"]] in names]
    return {
        "count": len(lines),
        "files": [{**file, "file": called[file["sha256"]]} for file in here],
        "files_not_contained": [file for file in listed if file not in here],
        "types": dict(Counter(line["leaf"]["type"] for line in lines)),
        "withheld": sum("seen" in line for line in lines),
        "without_content": sum(not {"seen", "shown"} & line.keys() for line in lines),
    }


def wrong(folder: Path) -> list[str]:
    """What is not as the pages say; transcript.html is held to the manifest alone."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    stated = json.loads(files["manifest.json"])
    form, language = stated["format"], stated["copy"]["language"]
    lines = [json.loads(line) for line in files["records.jsonl"].splitlines()]
    origin, size, root = files["checkpoint"].decode().split("\n")[:3]
    claims = {name: stated[name] for name in ("does_not_prove", "proves")}
    copy = json.dumps(stated["copy"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    spelled = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    others = sorted(files.keys() - {"manifest.json"})
    head = stated["checkpoint"]
    follows = {
        "format": form,
        "copy": stated["copy"],
        "copy_sha256": digest(copy.encode()),
        "checkpoint": {"origin": origin, "size": int(size), "root": head["root"]},
        "records": counts(lines, set(files)),
        **claims,
        "files": [
            {"name": name, "sha256": digest(files[name]), "size": len(files[name])}
            for name in others
        ],
    }
    text = json.dumps(follows, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    rows, pages = published(), {row[3] for row in published() if row[1] == "verify.html"}
    held = {
        "manifest.json": text.encode() == files["manifest.json"],
        "root": bytes.fromhex(head["root"]).hex() == head["root"] and len(root) == 44,
        "claims": (form, "claims", language, digest(spelled.encode())) in rows,
        "README.txt": (form, "README.txt", language, digest(files["README.txt"])) in rows,
        "verify.html": digest(files["verify.html"]) in pages,
    }
    return [what for what, holds in held.items() if not holds]


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_copy_is_as_the_pages_say(
    talk: Talk, tmp_path: Path, language: Literal["en", "pl"]
) -> None:
    assert wrong(write(talk, tmp_path / "copy", copy_of(language=language))) == []


@pytest.mark.parametrize("name", ["README.txt", "verify.html", "transcript.html", "records.jsonl"])
def test_control_a_changed_file_is_found(talk: Talk, tmp_path: Path, name: str) -> None:
    folder = write(talk, tmp_path / "copy")
    (folder / name).write_bytes((folder / name).read_bytes().replace(b" a", b" b"))
    assert wrong(folder)


@pytest.mark.parametrize("name", ["proves", "does_not_prove", "copy_sha256", "records", "files"])
def test_control_a_changed_manifest_is_found(talk: Talk, tmp_path: Path, name: str) -> None:
    manifest = write(talk, tmp_path / "copy") / "manifest.json"
    stated = json.loads(manifest.read_bytes())
    stated[name] = stated[name] * 2 if isinstance(stated[name], list | str) else {}
    text = json.dumps(stated, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    manifest.write_bytes(text.encode())
    assert wrong(manifest.parent)
