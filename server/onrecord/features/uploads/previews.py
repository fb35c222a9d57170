"""From a picture to its small forms: decoded, turned as its camera meant it, encoded anew.

Nothing of the original is left in them but the pixels: no place, no camera, no comment. Pure; it
runs in a process of its own with a limit of memory (features/uploads/decoding.py).
"""

import io
import warnings
from typing import Final

from msgspec import Struct
from PIL import Image, ImageOps

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
MEDIA_TYPE: Final = "image/webp"
MOST_PIXELS: Final = 40_000_000
THUMB: Final = 320
PREVIEW: Final = 1600
"""Pixels of the longer side."""
_QUALITY: Final = 80


class BadPicture(ValueError):
    """It does not decode, or is too large."""


class Drawn(Struct, frozen=True):
    """A picture's sides in pixels, the way up that it is shown, and its small forms as WebP."""

    width: int
    height: int
    preview: bytes
    thumb: bytes


def draw(data: bytes) -> Drawn:
    """Decode a picture. Raises BadPicture. Takes up to some 400 MiB."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                return _drawn(opened)
    except BadPicture:
        raise
    except Exception as error:  # decoders raise whatever they meet
        raise BadPicture("the picture is damaged") from error


def _drawn(opened: Image.Image) -> Drawn:
    if opened.width * opened.height > MOST_PIXELS:
        raise BadPicture("the picture has too many pixels")
    width, height = opened.size
    if opened.getexif().get(0x0112, 1) >= 5:  # Exif 4.6.5.1: turned by a quarter
        width, height = height, width
    opened.draft("RGB", (PREVIEW, PREVIEW))  # a JPEG is decoded at a part of its size
    upright = ImageOps.exif_transpose(opened)
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if transparent else "RGB")
    plain.thumbnail((PREVIEW, PREVIEW), reducing_gap=2.0)
    preview = _encoded(plain)
    plain.thumbnail((THUMB, THUMB), reducing_gap=2.0)
    return Drawn(width, height, preview, _encoded(plain))


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
