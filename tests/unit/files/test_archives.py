"""What a .zip file may hold."""

import io
import zipfile

import pytest

from onrecord.domain.errors import BadInput
from onrecord.files.archives import check_archive

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def packed(*files: tuple[str, bytes], how: int = DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, data in files:
            made.writestr(name, data)
    return out.getvalue()


def link() -> bytes:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(entry, "/etc/passwd")
    return out.getvalue()


def nested(depth: int, inner: bytes = b"bottom") -> bytes:
    for _ in range(depth):
        inner = packed(("inner.zip", inner), how=STORED)
    return inner


def lying() -> bytes:
    """An inner archive whose size is stated as less than it is."""
    data = bytearray(packed(("a.zip", packed(("x", b"y" * 5000), how=STORED)), how=STORED))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "type"),
    [
        (packed(("a.txt", b"a"), ("folder/b.txt", b"b")), "application/zip"),
        (nested(2), "application/zip"),
        (packed(("a.zip", b"PK\x03\x04")), None),
        (
            packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<d/>")),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            packed(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<d/>")),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            packed(("mimetype", b"application/vnd.oasis.opendocument.text"), how=STORED),
            "application/vnd.oasis.opendocument.text",
        ),
        (packed(("mimetype", b"text/html"), how=STORED), "application/zip"),
    ],
)
def test_what_a_good_one_is(data: bytes, type: str | None) -> None:
    if type is None:
        with pytest.raises(BadInput):
            check_archive(data)
    else:
        assert check_archive(data) == type


@pytest.mark.parametrize(
    "data",
    [
        packed(("zeros", bytes(10_000_000))),
        packed(*((f"{n}", b"") for n in range(1001))),
        nested(3),
        nested(2, packed(("zeros", bytes(10_000_000)))),
        link(),
        packed(("../../etc/cron.d/x", b"x")),
        packed(("/etc/passwd", b"x")),
        packed(("a\\..\\..\\b", b"x")),
        packed(("C:/x", b"x")),
        packed(("a", b"a"))[:-5],
        lying(),
        b"PK\x05\x06" + bytes(3),
    ],
    ids=[
        *("ratio", "entries", "nesting", "inner ratio", "link", "slip", "absolute", "backslash"),
        *("drive", "cut", "lying", "empty"),
    ],
)
def test_what_would_harm_whoever_unpacks_it_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        check_archive(data)
    assert refused.value.code == "bad_file"
