"""Files that mean harm: refused by name, or kept as a download; the server's memory stays flat."""

import io
import os
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from tests.rig.files import Sharer, problem
from tests.rig.process import ServerProcess

GROWTH_MIB = 64
HTML = b"<html><script>document.title='run'</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def png(width: int, height: int, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", data or zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in parts
    )


def solid(width: int, height: int) -> bytes:
    """A picture of few bytes and many pixels."""
    return png(width, height, zlib.compress(bytes((width + 1) * height), 9))


def bomb(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        made.writestr("zeros", bytes(megabytes * 1024 * 1024))
    return out.getvalue()


def forty_two(depth: int = 3) -> bytes:
    """As 42.zip: archives in archives, each many times."""
    inner = bomb(4)
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for number in range(16):
                made.writestr(f"{number}.zip", inner)
        inner = out.getvalue()
    return inner


def gif_and_script() -> bytes:
    out = io.BytesIO()
    Image.new("P", (1, 1)).save(out, "GIF")
    return out.getvalue() + b"/*" + HTML + b"*/=1;alert(1)"


REFUSED = {
    "PNG header 65535 x 65535": ("a.png", png(65_535, 65_535), "bad_file"),
    "41 million pixels": ("a.png", solid(6500, 6310), "bad_file"),
    "cut PNG": ("a.png", solid(100, 100)[:60], "bad_file"),
    "zip bomb": ("a.zip", bomb(64), "bad_file"),
    "42.zip": ("a.zip", forty_two(), "bad_file"),
    "bomb named as a text": ("a.txt", bomb(64), "bad_file"),
    "program": ("a.txt", b"MZ" + bytes(200), "file_type_refused"),
    "script": ("notes", b"#!/bin/sh\nrm -rf /", "file_type_refused"),
    "RTLO name": ("invoice\u202efdp.txt", b"x", "bad_file_name"),
    "path": ("../../etc/passwd", b"x", "bad_file_name"),
    "CRLF": ("a\r\nSet-Cookie: a=b.txt", b"x", "bad_file_name"),
    "double ending": ("invoice.pdf.exe", b"%PDF-1.7", "file_type_refused"),
}
DOWNLOADS = {
    "HTML": ("a.html", HTML),
    "HTML named as a text": ("a.txt", HTML),
    "HTML named as a picture": ("a.png", HTML),
    "SVG": ("a.svg", SVG),
    "SVG named as a picture": ("a.jpg", SVG),
    "PDF and HTML": ("a.pdf", b"%PDF-1.7\n" + HTML),
    "GIF and script": ("a.js.html", gif_and_script()),
    "percent name": ("..%2f..%2fetc.html", HTML),
    "quotes in a name": ("it's a 100% offer.html", HTML),
}


def rss_mib(server: ServerProcess) -> float:
    with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.parametrize("case", REFUSED)
def test_harm_is_refused_by_name(case: str, anna: Sharer, desk: str) -> None:
    name, data, code = REFUSED[case]
    assert problem(anna.brought(desk, name, data)) == code


@pytest.mark.parametrize("case", DOWNLOADS)
def test_what_would_run_is_a_download(case: str, anna: Sharer, desk: str) -> None:
    name, data = DOWNLOADS[case]
    file = anna.stored(desk, name, data)
    answer = anna.read(anna.send(desk, [file["id"]])["event_id"], file["id"])
    assert answer.content == data
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    told = answer.headers["content-disposition"]
    assert told.startswith("attachment; filename=")
    assert told.isascii()
    assert "\r" not in told + "".join(answer.headers)
    assert "/" not in told.replace("%2F", "")


def test_a_picture_with_a_script_behind_it_is_shown_as_a_picture(anna: Sharer, desk: str) -> None:
    """Its bytes are the sender's, its type is told, and no browser looks for another one."""
    file = anna.stored(desk, "a.gif", gif_and_script())
    answer = anna.read(anna.send(desk, [file["id"]])["event_id"], file["id"])
    assert answer.headers["content-type"] == "image/gif"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_the_servers_memory_stays_flat(server: ServerProcess, anna: Sharer, desk: str) -> None:
    """All of it again, and the largest picture that is let in: decoded, but elsewhere."""
    largest = solid(6300, 6300)
    file = anna.stored(desk, "large.png", largest)
    event = anna.send(desk, [file["id"]])["event_id"]
    before = rss_mib(server)
    for name, data, _ in REFUSED.values():
        anna.brought(desk, name, data)
    anna.stored(desk, "large.png", largest)
    assert anna.read(event, file["id"], "preview").headers["content-type"] == "image/webp"
    grown = rss_mib(server) - before
    print(f"the server's memory grew by {grown:.1f} MiB")
    assert grown < GROWTH_MIB
