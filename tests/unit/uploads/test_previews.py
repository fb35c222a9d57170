"""Small forms of pictures: from pixels alone, and nothing that lies gets decoded."""

import io
import struct
import zlib

import pytest
from PIL import Image

from onrecord.features.uploads.previews import MOST_PIXELS, PREVIEW, THUMB, BadPicture, draw

SECRET = b"52.2297N"


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def photo(width: int, height: int, turned: int = 1) -> bytes:
    """A JPEG with a place in it; its left half is red."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010E] = SECRET.decode()
    return saved(image, "JPEG", exif=exif.tobytes(), comment=SECRET)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_both_forms_are_webp_and_fit(kind: str) -> None:
    drawn = draw(saved(Image.new("RGB", (4000, 1000), "teal"), kind))
    assert (drawn.width, drawn.height) == (4000, 1000)
    for data, size in ((drawn.preview, (PREVIEW, 400)), (drawn.thumb, (THUMB, 80))):
        form = opened(data)
        assert (form.format, form.size) == ("WEBP", size)


def test_a_small_picture_is_not_blown_up() -> None:
    drawn = draw(saved(Image.new("RGB", (20, 10), "teal"), "PNG"))
    assert opened(drawn.preview).size == opened(drawn.thumb).size == (20, 10)


def test_nothing_of_the_camera_is_left() -> None:
    drawn = draw(photo(640, 480))
    for data in (drawn.preview, drawn.thumb):
        assert SECRET not in data
        assert not opened(data).getexif()
    assert SECRET in photo(640, 480), "control: it was there"


def test_it_is_turned_as_the_camera_meant_it() -> None:
    drawn = draw(photo(640, 480, turned=6))
    assert (drawn.width, drawn.height) == (480, 640)
    thumb = opened(drawn.thumb).convert("RGB")
    assert thumb.size == (240, 320)
    red, green, blue = thumb.getpixel((120, 20))  # type: ignore[misc]
    assert red > 200, "what was on the left is on top"
    assert max(green, blue) < 50


def test_what_is_transparent_stays_so() -> None:
    drawn = draw(saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    assert opened(drawn.thumb).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def header_of(width: int, height: int) -> bytes:
    """A PNG that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize(
    "data",
    [
        header_of(65_535, 65_535),
        header_of(MOST_PIXELS // 5000 + 1, 5000),
        header_of(0, 0),
        saved(Image.new("RGB", (9, 9)), "PNG")[:45],
        photo(64, 64)[:200],
        b"\x89PNG\r\n\x1a\n",
        b"",
        b"GIF89a" + bytes(50),
        b"RIFF\x10\0\0\0WEBPVP8 " + bytes(10),
        saved(Image.new("RGB", (9, 9)), "BMP"),
        saved(Image.new("RGB", (9, 9)), "TIFF"),
    ],
)
def test_what_lies_or_is_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        draw(data)
