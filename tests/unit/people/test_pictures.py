"""An uploaded picture becomes a small square that says nothing but its pixels."""

import io
import random
from collections.abc import Callable
from struct import pack
from typing import Any
from zlib import crc32

import pytest
from PIL import Image

from onrecord.core.domain.errors import BadInput
from onrecord.features.people.picture_forms import (
    MOST_BYTES,
    MOST_UPLOADED,
    SIDE,
    Picture,
    small_square,
)

GPS = 0x8825
ORIENTATION = 0x0112


def uploaded(kind: str, size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    """A picture: red on its left half, blue on its right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_each_kind_becomes_the_same_small_square(kind: str) -> None:
    picture = small_square(uploaded(kind), "crop")
    assert (opened(picture).format, opened(picture).size) == ("WEBP", (SIDE, SIDE))
    assert len(picture.data) <= MOST_BYTES


def test_where_it_was_taken_and_what_the_camera_said_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Anna"
    exif.get_ifd(GPS)[1] = "N"
    data = uploaded("JPEG", exif=exif, comment=b"private")
    assert b"Camera of Anna" in data
    picture = small_square(data, "crop")
    assert not opened(picture).getexif()
    assert b"EXIF" not in picture.data
    assert b"private" not in picture.data


def test_it_stands_as_the_camera_meant_it() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 3  # upside down: left is right
    picture = opened(small_square(uploaded("JPEG", exif=exif), "crop"))
    corner = picture.crop((0, 0, 20, 20)).convert("RGB").tobytes()
    assert min(corner[2::3]) > 200 > max(corner[::3])  # blue, not red


def test_a_face_is_cropped_and_a_sign_is_shown_whole() -> None:
    wide = uploaded("PNG", (800, 200))
    cropped, whole = (opened(small_square(wide, fit)) for fit in ("crop", "whole"))
    assert cropped.mode == "RGB"
    assert set(whole.getchannel("A").crop((0, 0, SIDE, 20)).tobytes()) == {0}


def test_the_worst_picture_still_fits_into_a_record() -> None:
    noise = Image.frombytes("RGB", (SIDE, SIDE), random.Random(1).randbytes(SIDE * SIDE * 3))
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(small_square(out.getvalue(), "crop").data) <= MOST_BYTES


def bomb(side: int) -> bytes:
    """A small file that says it has so many pixels each way: its header alone is made."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    png = bytearray(out.getvalue())
    png[16:24] = pack(">II", side, side)
    png[29:33] = pack(">I", crc32(png[12:29]))
    return bytes(png)


NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "nothing": bytes,
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "the head of a GIF": lambda: b"GIF89a" + bytes(100),
    "PDF": lambda: b"%PDF-1.7",
    "the beginning of a PNG": lambda: uploaded("PNG")[:200],
    "the beginning of a JPEG": lambda: uploaded("JPEG")[:300],
    "too many bytes": lambda: bytes(MOST_UPLOADED + 1),
    "more pixels than are taken": lambda: bomb(7_100),
    "more than Pillow opens": lambda: bomb(30_000),
    "GIF": lambda: uploaded("GIF"),
    "TIFF": lambda: uploaded("TIFF"),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_refused(what: str) -> None:
    with pytest.raises(BadInput) as refused:
        small_square(NO_PICTURES[what](), "crop")
    assert refused.value.code == "bad_picture"
