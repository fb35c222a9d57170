"""What a file is, by its content; a name only takes away, never gives."""

import io
import timeit
import zipfile

import pytest
from PIL import Image

from onrecord.features.uploads.typing import INLINE, PROGRAMS, UNKNOWN, content_type, shown_type


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "navy").save(out, kind)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "a")
    return out.getvalue()


MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + b"moov" + b"....hdlr....vide"
M4A = b"\0\0\0\x18ftypM4A \0\0\x02\0isomiso2"
VOICE = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2moov....hdlr....soun"
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"..V_VP9..A_OPUS"
WEBM_SOUND = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"..A_OPUS"
MKV = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska..V_VP9"


@pytest.mark.parametrize(
    ("data", "name", "type"),
    [
        (picture("PNG"), "a.png", "image/png"),
        (picture("PNG"), "a.JPG", "image/png"),
        (picture("JPEG"), "a.jpeg", "image/jpeg"),
        (picture("GIF"), "a.gif", "image/gif"),
        (picture("WEBP"), "a.webp", "image/webp"),
        (picture("PNG"), "a.html", UNKNOWN),
        (picture("GIF"), "a.js", UNKNOWN),
        (picture("PNG"), "a", UNKNOWN),
        (MP4, "a.mp4", "video/mp4"),
        (MP4, "a.mov", "video/mp4"),
        (MP4, "a.html", UNKNOWN),
        (M4A, "a.m4a", "audio/mp4"),
        (VOICE, "a.mp4", "audio/mp4"),
        (WEBM, "a.webm", "video/webm"),
        (WEBM_SOUND, "a.webm", "audio/webm"),
        (MKV, "a.webm", "video/x-matroska"),
        (b"OggS\0\2" + bytes(20), "a.ogg", "audio/ogg"),
        (b"ID3\4" + bytes(20), "a.mp3", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a.wav", "audio/wav"),
        (b"RIFF\0\0\0\0AVI LIST", "a.avi", UNKNOWN),
        (b"%PDF-1.7\n", "a.pdf", "application/pdf"),
        (b"%PDF-1.7\n", "a.png", "application/pdf"),
        (archive(), "a.zip", "application/zip"),
        (b"\0\0\0\x18ftypheic" + bytes(9), "a.heic", "image/heic"),
        ("zażółć\r\n".encode(), "a.txt", "text/plain"),
        (b"\xef\xbb\xbfname;amount", "a.csv", "text/plain"),
        (b"hello", "a.html", UNKNOWN),
        (b"<!DOCTYPE html><script>1</script>", "a.txt", "text/html"),
        (b"  <HTML>", "a.html", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "a.png", "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "application/xml"),
        (b"a\0b", "a.txt", UNKNOWN),
        (b"a\x1b[31mb", "a.txt", UNKNOWN),
        (b"\xff\xfea\0", "a.txt", UNKNOWN),
        (b"", "a.txt", UNKNOWN),
        (b"MZ\x90\0", "a.txt", "application/vnd.microsoft.portable-executable"),
    ],
)
def test_what_people_are_shown(data: bytes, name: str, type: str) -> None:
    assert shown_type(content_type(data), name) == type


@pytest.mark.parametrize("data", [b"MZ..", b"\x7fELF..", b"#!/bin/sh\n", b"\xcf\xfa\xed\xfe"])
def test_programs_are_told_by_their_first_bytes(data: bytes) -> None:
    assert content_type(data) in PROGRAMS


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
        b"%PDF-1.7\n<html><script>alert(1)</script>",
        b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04<script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a.pdf", "a.xhtml", "a"])
def test_what_runs_is_never_inline(data: bytes, name: str) -> None:
    assert shown_type(content_type(data), name) not in INLINE


@pytest.mark.parametrize("code", range(32))
def test_a_text_has_no_control_characters_but_breaks_and_tabs(code: int) -> None:
    type = "text/plain" if chr(code) in "\t\n\r\f" else UNKNOWN
    assert content_type(b"a" * 5000 + bytes([code]) + b"z") == type


def test_a_long_text_is_looked_at_about_as_fast_as_it_is_decoded() -> None:
    """As bytes, never one by one: the interpreter's lock is held meanwhile."""
    data = "zażółć gęślą jaźń\n".encode() * 40_000
    looking = min(timeit.repeat(lambda: content_type(data), number=1, repeat=5))
    one_by_one = min(timeit.repeat(lambda: any(each < 9 for each in data), number=1, repeat=2))
    assert looking < one_by_one / 2
