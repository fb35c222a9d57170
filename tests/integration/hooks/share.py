"""Reads what the hook `directory` wrote as HOOKS.md says it, without a line of the hook's code."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from onrecord_archive.contract import Delivery, delivery_of
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.testing import Held
from tests.integration.hooks.rsmf_reader import read_rsmf
from tests.unit.archive.building import Workshop


@dataclass(frozen=True)
class Written:
    """A line: the entry, the file that has it, the stored file, and what is opened of it."""

    held: Held
    file: Path
    blob: bytes | None
    plaintext: dict[str, str] | None
    reduced: dict[str, Any] | None


def read_share(root: Path, *, besides: Path | None = None) -> list[Written]:
    """Return all lines in the order in which their files came; each is checked."""
    assert {path.name for path in root.iterdir()} <= {"records", "blobs", "checkpoint", "tmp"}
    files = [path for path in (root / "records").rglob("*") if path.is_file() and path != besides]
    assert {path.suffix for path in files} <= {".jsonl", ".eml", ".rsmf"}
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    written = [line for file in files for line in _lines_of(root, file)]
    if written:
        note = (root / "checkpoint").read_text().splitlines()
        assert int(note[1]) > max(line.held.archive_index for line in written)
    return written


def _lines_of(root: Path, file: Path) -> Iterator[Written]:
    data = file.read_bytes()
    (first, last), digests = map(int, file.stem.split("-")[:2]), file.stem.split("-")[2:]
    assert digests == ([] if file.suffix == ".jsonl" else [sha256(data).hexdigest()])
    text = data if file.suffix == ".jsonl" else _lines_in(data, file.suffix)
    lines = [_read(root, file, line) for line in text.splitlines(keepends=True)]
    indexes = [line.held.archive_index for line in lines]
    assert indexes == sorted(set(indexes))
    assert (indexes[0], indexes[-1]) == (first, last)
    assert file.parent.name == f"{first // 10_000:08d}" == f"{last // 10_000:08d}"
    yield from lines


def mail_of(data: bytes) -> EmailMessage:
    """Return a mail, which a parser that takes nothing amiss has read."""
    return message_from_bytes(data, policy=SMTP.clone(raise_on_defect=True))


@lru_cache(2048)
def _lines_in(data: bytes, ending: str) -> bytes:
    """Return the lines that a mail has attached, or RSMF in its zip; all of it is checked."""
    mail = mail_of(data)
    if ending == ".rsmf":
        manifest, files = read_rsmf(mail)
        text = files["records.jsonl"]
        leaves = [json.loads(json.loads(line)["leaf"]) for line in text.splitlines()]
        told = [event["id"] for event in manifest["events"]]
        assert told == [leaf["event_id"] for leaf in leaves]
        assert {leaf["stream"] for leaf in leaves} == {manifest["conversations"][0]["id"]}
        return text
    parts = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert set(parts) == {"records.jsonl", "checkpoint"}
    text = parts["records.jsonl"]
    values = [json.loads(line) for line in text.splitlines()]
    assert mail["X-OnRecord-Index"].split() == [str(each["archive_index"]) for each in values]
    assert int(parts["checkpoint"].splitlines()[1]) > values[-1]["archive_index"]
    assert len({json.loads(each["leaf"])["stream"] for each in values}) == 1
    return bytes(text)


def _read(root: Path, file: Path, text: bytes) -> Written:
    values: dict[str, Any] = json.loads(text)
    assert rfc8785.dumps(values) + b"\n" == text
    others = set(values) - {"v", "archive_index", "leaf", "body"}
    assert others <= {"blob", "plaintext", "reduced"}
    assert not {"plaintext", "reduced"} <= others
    assert values["v"] == 1
    leaf, body = json.loads(values["leaf"]), base64.b64decode(values["body"], validate=True)
    assert sha256(body).hexdigest() == leaf["ct"]
    assert ("blob" in leaf) == ("blob" in values)
    blob = None
    if "blob" in values:
        ct = leaf["blob"]["ct"]
        assert values["blob"] == f"blobs/{ct[:2]}/{ct}"
        blob = (root / values["blob"]).read_bytes()
        assert sha256(blob).hexdigest() == ct
    held = Held(values["archive_index"], values["leaf"].encode(), body)
    return Written(held, file, blob, values.get("plaintext"), values.get("reduced"))


def windows(workshop: Workshop, start: int, step: int) -> Iterator[Sequence[Delivery]]:
    """Yield what is under the newest checkpoint from `start` on, `step` entries at a time."""
    archive = workshop.reader()
    note = archive.checkpoint()
    for first in range(start, archive.size, step):
        entries = archive.entries(first, min(first + step, archive.size))
        yield [
            delivery_of(e.index, e.leaf, e.body, note, blob=_blob_of(workshop, e.leaf))
            for e in entries
        ]


def records(workshop: Workshop) -> list[Delivery]:
    """Return the records under the newest checkpoint."""
    (entries,) = windows(workshop, 0, 2**53)
    return [entry for entry in entries if entry.kind == "record"]


def _blob_of(workshop: Workshop, leaf: bytes) -> bytes | None:
    decoded = decode_leaf(leaf)
    if isinstance(decoded, RecordLeaf) and isinstance(decoded.blob, Blob):
        return b"".join(workshop.reader().blob(decoded.blob.ct))
    return None
