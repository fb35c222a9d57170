"""Parts of files, small forms of pictures, and what happens to a damaged one."""

import io
import os

import pytest
from PIL import Image

from onrecord_archive.format.layout import blob_path
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.tail import KIND_NAMES
from onrecord_archive.reader.archive import Archive
from tests.integration.uploads.test_sending import picture
from tests.rig.files import Sharer, fetch, problem
from tests.rig.inside import inside
from tests.rig.installation import Installation

SIZE = 200_001
"""Four chunks, the last one short."""


@pytest.fixture(scope="module")
def data() -> bytes:
    return b"\0\0\0\x18ftypisom" + os.urandom(SIZE - 12)


@pytest.fixture
def url(anna: Sharer, desk: str, data: bytes) -> str:
    file = anna.stored(desk, "film.mp4", data)
    event = anna.send(desk, [file["id"]])["event_id"]
    return str(anna.link(event, file["id"])["url"])


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-", (0, SIZE - 1)),
        ("bytes=0-0", (0, 0)),
        ("bytes=65535-65536", (65535, 65536)),
        ("bytes=65536-131071", (65536, 131071)),
        ("bytes=1000-150000", (1000, 150000)),
        ("bytes=196608-", (196608, SIZE - 1)),
        ("bytes=200000-999999", (200000, SIZE - 1)),
        ("bytes=-1", (SIZE - 1, SIZE - 1)),
        ("bytes=-999999", (0, SIZE - 1)),
    ],
)
def test_a_part_is_exactly_that(
    bank: Installation, url: str, data: bytes, wanted: str, part: tuple[int, int]
) -> None:
    first, last = part
    answer = fetch(bank, url, range=wanted)
    assert answer.status_code == 206
    assert answer.content == data[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("wanted", ["bytes=200001-", "bytes=5-4", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(bank: Installation, url: str, wanted: str) -> None:
    answer = fetch(bank, url, range=wanted)
    assert (answer.status_code, problem(answer)) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=-", "0-5", f"bytes={'9' * 5000}-"]
)
def test_what_is_no_single_part_is_all_of_it(
    bank: Installation, url: str, data: bytes, wanted: str
) -> None:
    answer = fetch(bank, url, range=wanted)
    assert (answer.status_code, answer.content) == (200, data)


def test_an_empty_file_is_empty(anna: Sharer, desk: str) -> None:
    file = anna.stored(desk, "empty", b"")
    answer = anna.read(anna.send(desk, [file["id"]])["event_id"], file["id"])
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_picture_has_small_forms_without_its_place(anna: Sharer, desk: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "52.2297N"
    original = picture("JPEG", (900, 600), exif=exif.tobytes())
    file = anna.stored(desk, "photo.jpg", original)
    event = anna.send(desk, [file["id"]])["event_id"]
    assert anna.read(event, file["id"]).content == original
    for form, width in (("preview", 900), ("thumb", 320)):
        answer = anna.read(event, file["id"], form)
        assert answer.headers["content-type"] == "image/webp"
        assert b"52.2297N" not in answer.content
        assert Image.open(io.BytesIO(answer.content)).width == width
    text = anna.stored(desk, "a.txt", b"no picture")
    said = anna.send(desk, [text["id"]])["event_id"]
    assert anna.link(said, text["id"], "thumb") == {"code": "no_such_file"}


def sealed_at(bank: Installation, blob_id: str) -> str:
    """The ct of a file; its leaf may not be below a checkpoint yet."""
    archive = Archive(bank.settings.archive.directory)
    for tail in sorted((archive.directory / "tails").iterdir(), reverse=True):
        data = tail.read_bytes()
        at = data.find(f'"id":"{blob_id}"'.encode())
        if at >= 0:
            start = data.rfind(b'{"at":', 0, at)
            leaf = decode_leaf(data[start : data.index(b'"v":1}', at) + 6])
            assert isinstance(leaf, RecordLeaf)
            assert isinstance(leaf.blob, Blob)
            return leaf.blob.ct
    raise AssertionError(f"no {KIND_NAMES} of {blob_id}")


@pytest.mark.parametrize("damage", ["changed", "missing", "cut"])
def test_a_damaged_file_is_an_alarm_that_names_it(
    bank: Installation, anna: Sharer, desk: str, damage: str
) -> None:
    file = anna.stored(desk, "a.bin", os.urandom(150_000))
    event = anna.send(desk, [file["id"]])["event_id"]
    url = anna.link(event, file["id"])["url"]
    assert fetch(bank, url).status_code == 200
    ct = sealed_at(bank, file["id"])
    path = bank.settings.archive.directory / blob_path(ct)
    whole = path.read_bytes()
    path.chmod(0o600)
    try:
        if damage == "missing":
            path.unlink()
        else:
            changed = bytearray(whole)
            changed[-20] ^= 1
            path.write_bytes(changed if damage == "changed" else whole[:-1])
        answer = fetch(bank, url)
        assert (answer.status_code, problem(answer)) == (503, "file_damaged")
        log = (bank.data.parent / "server.log").read_text(encoding="utf-8")
        (line,) = [line for line in log.splitlines() if ct in line]
        assert '"event":"file_damaged"' in line
        assert f'"code":"{"missing" if damage == "missing" else "changed"}"' in line
        assert "file_damaged" in inside(bank, "/ready").json()["checks"]["files"]
        reason = "missing" if damage == "missing" else "changed"
        counted = f'onrecord_files_damaged_total{{reason="{reason}"}}'
        assert counted in inside(bank, "/metrics").text
    finally:
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
        path.chmod(0o444)
    assert fetch(bank, url).status_code == 200
