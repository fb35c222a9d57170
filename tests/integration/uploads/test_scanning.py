"""Nothing is taken that the scanner knows, or that it was not asked about."""

import asyncio
import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.features.uploads import clamd as scanning
from onrecord.features.uploads.clamd import Infected
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener
from tests.integration.uploads.test_sending import checkpointed
from tests.rig.clamd import EICAR, Clamd
from tests.rig.files import Sharer, problem
from tests.rig.inside import inside
from tests.rig.installation import Installation, surroundings
from tests.rig.patience import SECONDS as PATIENCE


def records_of(bank: Installation, type: str) -> list[dict[str, Any]]:
    """Open the records of a type with compliance's key: what members saw, and `kept`."""
    archive = Archive(bank.settings.archive.directory)
    key = parse_opening_key(bank.opening_key.read_bytes())
    found = []
    with closing(Opener([key], bank.settings.keys.store)) as opener:
        for entry in archive.entries():
            if f'"type":"{type}"'.encode() in entry.leaf:
                plain = opener.open(entry.leaf, entry.body)
                found.append({**json.loads(plain.shown), "kept": json.loads(plain.kept)})
    return found


def test_the_scanner_knows_its_test_file(clamd: Clamd) -> None:
    scanner = scanning.Clamd(clamd.socket, surroundings().log)

    async def scan(*files: bytes) -> list[str]:
        return [await scanner.scan(data) for data in files]

    versions = asyncio.run(scan(b"harmless", b"", os.urandom(3_000_000)))
    assert all(version.startswith("ClamAV 1.") for version in versions)
    with pytest.raises(Infected, match="malware") as found:
        asyncio.run(scan(EICAR))
    assert found.value.signature.startswith("Eicar-Test-Signature")


@pytest.mark.parametrize("name", ["eicar.com.txt", "photo.bin"])
def test_malware_is_refused_and_that_is_on_the_record(
    bank: Installation, anna: Sharer, desk: str, name: str
) -> None:
    assert problem(anna.brought(desk, name, EICAR)) == "file_infected"
    asyncio.run(checkpointed(bank, desk))
    found = records_of(bank, "file.infected")
    facts = found[-1]["payload"]
    assert facts["person"] == bank.people["anna"].id
    assert facts["signature"].startswith("Eicar")
    assert name not in str(found)


def test_the_record_of_a_file_says_what_scanned_it(
    bank: Installation, anna: Sharer, desk: str
) -> None:
    file = anna.stored(desk, "clean.txt", b"clean")
    asyncio.run(checkpointed(bank, desk))
    records = records_of(bank, "file.stored")
    (record,) = [each for each in records if file["id"] in str(each["kept"])]
    assert "ClamAV 1." in str(record["payload"])
    assert record["kept"]["files"][0]["name"] == "clean.txt"
    assert "clean.txt" not in str({**record, "kept": ""}), "members see it with the message"


def test_nothing_is_taken_while_the_scanner_is_away(
    bank: Installation, clamd: Clamd, anna: Sharer, desk: str
) -> None:
    begun = anna.begin(desk, "a.txt", 5).json()["upload"]
    anna.put(begun, 0, b"hello")
    clamd.stop()
    try:
        assert problem(anna.finish(begun)) == "scanner_unavailable"
        assert inside(bank, "/ready").json()["checks"]["scanner"] == "ok (scanner_unavailable)"
    finally:
        clamd.start()
    assert anna.finish(begun).status_code == 200, "the same upload goes on"


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"stream: O\0", b"x" * 9999],
)
def test_an_answer_that_is_not_understood_lets_nothing_in(tmp_path: Path, answer: bytes) -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer)
        writer.close()

    async def story() -> None:
        async with await asyncio.start_unix_server(odd, tmp_path / "s"):
            scanner = scanning.Clamd(tmp_path / "s", surroundings().log, seconds=PATIENCE)
            await scanner.scan(b"data")

    with pytest.raises(Unavailable) as refused:
        asyncio.run(story())
    assert refused.value.code == "scanner_unavailable"
