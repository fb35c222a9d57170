"""What a .zip file may hold."""

import io
import os
import zipfile
from typing import Any

import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.features.uploads.archives import MOST_ENTRIES, MOST_ENTRIES_IN_ALL, check_archive

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


def crowded(entries: int, *, said: int | None = None) -> bytes:
    """A directory of so many empty files, whose end record may say another number."""
    entry = zipfile.ZipInfo("x")
    local = packed(("x", b""), how=STORED).partition(b"PK\x01\x02")[0]
    whole = packed((entry.filename, b""), how=STORED)
    one, end = whole[len(local) : -22], bytearray(whole[-22:])
    end[8:12] = (entries if said is None else said).to_bytes(2, "little") * 2
    end[12:16] = (len(one) * entries).to_bytes(4, "little")
    return local + one * entries + bytes(end)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by what is made for the entries of directories."""
    found: list[int] = []
    whole = zipfile.ZipInfo.__init__

    def counted(self: zipfile.ZipInfo, *args: Any, **more: Any) -> None:
        found.append(1)
        whole(self, *args, **more)

    monkeypatch.setattr(zipfile.ZipInfo, "__init__", counted)
    return found


@pytest.mark.parametrize("said", [60_000, 1])
@pytest.mark.parametrize("depth", [0, 1])
def test_a_directory_of_very_many_is_refused_before_it_is_read(
    made: list[int], said: int, depth: int
) -> None:
    data = nested(depth, crowded(60_000, said=said))
    before = len(made)
    with pytest.raises(BadInput, match="holds more than"):
        check_archive(data)
    assert len(made) - before <= 10


def test_many_directories_are_refused_together(made: list[int]) -> None:
    inner = packed(*((f"{n}", b"") for n in range(MOST_ENTRIES)))
    much = ("noise", os.urandom(300_000))
    few = packed(much, *((f"{n}.zip", inner) for n in range(9)))
    assert check_archive(few) == "application/zip"
    data = packed(much, *((f"{n}.zip", inner) for n in range(100)))
    before = len(made)
    with pytest.raises(BadInput, match="counted with it"):
        check_archive(data)
    assert len(made) - before <= MOST_ENTRIES_IN_ALL + 10


def test_several_files_in_one_place_are_refused() -> None:
    assert check_archive(crowded(1)) == "application/zip"
    with pytest.raises(BadInput, match="in one place"):
        check_archive(crowded(2))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_in_steps_without_a_limit_is_refused(how: int) -> None:
    with pytest.raises(BadInput, match="cannot be checked"):
        check_archive(packed(("a", b"a"), how=how))
