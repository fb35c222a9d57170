"""A copy that was unpacked and packed again verifies, if no reader could see other files."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord_archive.format.errors import ArchiveError, NotVerified, Unreadable
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.verify.archive import main
from tests.unit.proof_package.own_copies import Talk, write

pytestmark = pytest.mark.many_inputs

DEFLATED, STORED = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED
Time = tuple[int, int, int, int, int, int]
TIME: Time = (2026, 11, 26, 9, 0, 0)
NO_TIME: Time = (1980, 1, 1, 0, 0, 0)
Packing = Callable[[dict[str, bytes]], bytes]


class Stream(io.RawIOBase):
    """Takes bytes and goes nowhere back, so that sizes follow what they are of."""

    def __init__(self) -> None:
        self.whole = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.whole += data
        return len(data)


def packed(
    files: dict[str, bytes],
    method: int = DEFLATED,
    folder: str = "",
    *,
    stream: bool = False,
    time: Time = TIME,
    last_first: bool = True,
) -> bytes:
    """Pack files as most programs do, the last first."""
    out, flow = io.BytesIO(), Stream()
    with zipfile.ZipFile(flow if stream else out, "w", method) as made:
        if folder:
            made.writestr(zipfile.ZipInfo(folder, time), b"")
        for name in sorted(files, reverse=last_first):
            info = zipfile.ZipInfo(folder + name, time)
            info.compress_type = method
            made.writestr(info, files[name])
    return bytes(flow.whole) if stream else out.getvalue()


def as_own_in_another_order(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", STORED) as made:
        for name in sorted(files, reverse=True):
            info = zipfile.ZipInfo(name, NO_TIME)
            info.create_system = 0
            with made.open(info, "w") as file:
                file.write(files[name])
            info.external_attr = 0
    return out.getvalue()


def marked(files: dict[str, bytes], file: int, folder: int, *, bits: int = 0) -> bytes:
    """Pack files with what a system's attributes say that they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", DEFLATED) as made:
        for name, data in {"copy/": b"", **{f"copy/{name}": files[name] for name in files}}.items():
            info = zipfile.ZipInfo(name, TIME)
            info.external_attr = file << 16 | bits if data else folder
            made.writestr(info, data)
    return out.getvalue()


PACKINGS: dict[str, Packing] = {
    "deflated, in another order": packed,
    "stored, with times": lambda files: packed(files, STORED),
    "stored, no times": lambda files: packed(files, STORED, time=NO_TIME),
    "stored, no times, in order": lambda files: packed(
        files, STORED, time=NO_TIME, last_first=False
    ),
    "stored, no times, as a copy's own in another order": as_own_in_another_order,
    "stored, no times, in a folder": lambda files: packed(files, STORED, "copy/", time=NO_TIME),
    "in a folder": lambda files: packed(files, folder="my copy/"),
    "in a folder of a folder": lambda files: packed(files, folder="..a/Kopia z żółwiem/"),
    "in a folder of a hundred letters": lambda files: packed(files, folder=100 * "a" + "/"),
    "in a folder with a device's letters": lambda files: packed(files, folder="cons.con/a.aux/"),
    "marked as files and a folder": lambda files: marked(files, 0o100644, 0o40755 << 16 | 0x10),
    "with sizes after the content": lambda files: packed(files, stream=True),
}


def twice(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO(packed(files))
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(out, "a", DEFLATED) as made,
    ):
        made.writestr("README.txt", b"Another.")
    return out.getvalue()


def behind_something(files: dict[str, bytes]) -> bytes:
    """Readers that follow the directory see the copy; those that read from the front do not."""
    out = io.BytesIO(packed({"README.txt": b"Another."}))
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "w", DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def with_a_comment(files: dict[str, bytes]) -> bytes:
    whole = packed(files)
    return whole[:-2] + struct.pack("<H", 4) + b"PK\5\6"


def under_two_names(files: dict[str, bytes]) -> bytes:
    """The local header and the directory name a member differently."""
    return packed(files).replace(b"policy", b"polici", 1)


def with_another_name_besides(files: dict[str, bytes]) -> bytes:
    """An extra field names the file for those readers that look there."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", DEFLATED) as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 11, 26, 9, 0, 0))
            info.extra = struct.pack("<HHBI", 0x7075, 11, 1, 0) + b"policy"
            made.writestr(info, data)
    return out.getvalue()


def in_two_folders(files: dict[str, bytes]) -> bytes:
    return packed({f"{'ab'[name == 'policy']}/{name}": data for name, data in files.items()})


def cut(files: dict[str, bytes]) -> bytes:
    whole = packed(files)
    return whole[:40] + whole[41:]


def in_the_folder(folder: str) -> Packing:
    def packing(files: dict[str, bytes]) -> bytes:
        return packed(files, folder=folder)

    packing.__name__ = f"in_the_folder {folder!r}"
    return packing


def spelled_in_two_ways(files: dict[str, bytes]) -> bytes:
    """The first member's name is not said to be UTF-8: programs make two folders of one."""
    whole = packed(files, folder="\u00e9/")
    with zipfile.ZipFile(io.BytesIO(whole)) as made:
        places = (6, made.start_dir + 8)
    for place in places:
        (flags,) = struct.unpack_from("<H", whole, place)
        whole = whole[:place] + struct.pack("<H", flags & ~0x800) + whole[place + 2 :]
    return whole


def in_no_utf8(files: dict[str, bytes]) -> bytes:
    """Every name is said to be UTF-8, and none is."""
    whole = packed(files, folder="\u00e9/")
    return whole.replace("\u00e9/".encode(), b"\xe9\xe9/")


def said_to_be_links(files: dict[str, bytes]) -> bytes:
    return marked(files, 0o120777, 0o40755 << 16)


def said_to_be_folders(files: dict[str, bytes]) -> bytes:
    return marked(files, 0, 0, bits=0x10)


def in_a_linked_folder(files: dict[str, bytes]) -> bytes:
    return marked(files, 0o100644, 0o120777 << 16)


UNPACKED_ELSEWHERE: tuple[Packing, ...] = (
    *map(in_the_folder, ("../", "a/../", "./", "a/./", "/", "//x/", "a//", "C:/", "a\\", "a\\b/")),
    *map(in_the_folder, ("con/", "a/COM1.b/", "aux .x/", "a?/", "a*b/", "a.../", "a /")),
    *map(in_the_folder, ("a|b/", '"a"/', "<a>/", 101 * "a" + "/")),
    spelled_in_two_ways,
    in_no_utf8,
    said_to_be_links,
    said_to_be_folders,
    in_a_linked_folder,
)
FORGERIES: tuple[Packing, ...] = (
    *UNPACKED_ELSEWHERE,
    twice,
    behind_something,
    with_a_comment,
    under_two_names,
    with_another_name_besides,
    in_two_folders,
    cut,
)


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


@pytest.fixture(scope="module")
def files(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = write(talk, tmp_path_factory.mktemp("copies") / "copy")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_was_packed_again_is_verified(
    talk: Talk, files: dict[str, bytes], tmp_path: Path, packing: str
) -> None:
    again = tmp_path / "again.zip"
    again.write_bytes(PACKINGS[packing](files))
    assert verify_copy(again, talk.log.policy).records == 19


@pytest.mark.parametrize("name", ["records.jsonl", "transcript.html", "manifest.json", "policy"])
def test_control_a_changed_file_in_it_is_found(
    talk: Talk, files: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    again = tmp_path / "again.zip"
    again.write_bytes(packed({**files, name: files[name].replace(b"e", b"o", 1)}))
    with pytest.raises(NotVerified) as caught:
        verify_copy(again, talk.log.policy)
    assert caught.value.file == name


def test_control_a_file_less_or_more_is_found(
    talk: Talk, files: dict[str, bytes], tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"
    for changed in ({**files, "more": b""}, {k: v for k, v in files.items() if k != "policy"}):
        again.write_bytes(packed(changed))
        with pytest.raises(NotVerified):
            verify_copy(again, talk.log.policy)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda each: each.__name__)
def test_where_readers_could_see_other_files_nothing_is_verified(
    talk: Talk, files: dict[str, bytes], tmp_path: Path, forgery: Packing
) -> None:
    forged = tmp_path / "forged.zip"
    forged.write_bytes(forgery(files))
    with pytest.raises((NotVerified, Unreadable)):
        verify_copy(forged, talk.log.policy)


@pytest.mark.parametrize("forgery", UNPACKED_ELSEWHERE, ids=lambda each: each.__name__)
def test_what_programs_unpack_to_different_places_is_not_checked(
    talk: Talk, files: dict[str, bytes], tmp_path: Path, forgery: Packing
) -> None:
    forged = tmp_path / "forged.zip"
    forged.write_bytes(forgery(files))
    with pytest.raises(Unreadable):
        verify_copy(forged, talk.log.policy)


def test_any_flipped_bit_is_found_or_says_nothing_of_a_file(
    talk: Talk, files: dict[str, bytes], tmp_path: Path
) -> None:
    good, bad = packed(files), tmp_path / "bad.zip"
    with zipfile.ZipFile(io.BytesIO(good)) as made:
        start = made.start_dir
    for place in (*range(0, start, max(1, start // 200)), *range(start, len(good))):
        bad.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])
        try:
            verify_copy(bad, talk.log.policy)
        except ArchiveError:
            continue
        with zipfile.ZipFile(bad) as made:
            assert {name: made.read(name) for name in made.namelist()} == files, place


def test_the_command_says_what_to_do_with_what_it_does_not_read(
    talk: Talk, files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, policy = tmp_path / "again.zip", tmp_path / "policy"
    policy.write_text(talk.log.policy.encode())
    path.write_bytes(packed(files))
    command = [str(path), "--policy", str(policy), "--json"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "verified"
    path.write_bytes(twice(files))
    assert main(command) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["result"] == "not checked"
    assert "packed again" in told["error"]
