"""From an uploaded picture to the small square that everybody sees.

It is typed by its content alone, decoded, turned as its camera meant it, scaled and encoded anew:
nothing of the upload is left but the pixels, no place, no camera, no comment.
"""

import io
import warnings
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct
from PIL import Image, ImageOps, UnidentifiedImageError

from onrecord.core.domain.errors import BadInput

Fit = Literal["crop", "whole"]
"""`crop`: the middle of it, as for a face; `whole`: all of it, as for a firm's sign."""
FORMATS: Final = ("PNG", "JPEG", "WEBP")
MEDIA_TYPE: Final = "image/webp"
SIDE: Final = 256
"""Pixels; twice what the largest place for it on a screen has."""
MOST_BYTES: Final = 24 * 1024
"""Of the small square: it stands in a record."""
MOST_UPLOADED: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
"""Of the upload, decoded: some 200 MB while it is scaled."""
_QUALITIES: Final = (82, 70, 55, 40, 25, 10)


class Picture(Struct, frozen=True):
    """A small square as WebP."""

    data: bytes

    @property
    def sha256(self) -> str:
        """Its name: whoever has the bytes can tell which records are of it."""
        return sha256(self.data).hexdigest()


def small_square(uploaded: bytes, fit: Fit) -> Picture:
    """Return what everybody will see of an upload. Raises BadInput (`bad_picture`)."""
    if len(uploaded) > MOST_UPLOADED:
        raise BadInput("bad_picture", "The picture has more than 8 MiB. Choose a smaller one.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(uploaded), formats=FORMATS) as opened:
                return _encoded(_squared(_checked(opened), fit))
    except UnidentifiedImageError as error:
        raise BadInput("bad_picture", "This is no PNG, JPEG or WebP picture.") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        detail = "The picture is damaged or too large. Choose another one."
        raise BadInput("bad_picture", detail) from error


def _checked(opened: Image.Image) -> Image.Image:
    """Refuse by what the head says, before anything is decoded."""
    if opened.width * opened.height > MOST_PIXELS:
        raise BadInput("bad_picture", "The picture has more than 50 million pixels.")
    opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is decoded at a part of its size
    return opened


def _squared(opened: Image.Image, fit: Fit) -> Image.Image:
    upright = ImageOps.exif_transpose(opened)
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if transparent or fit == "whole" else "RGB")
    if fit == "whole":
        return ImageOps.pad(plain, (SIDE, SIDE), color=(0, 0, 0, 0))
    return ImageOps.fit(plain, (SIDE, SIDE))


def _encoded(square: Image.Image) -> Picture:
    for quality in _QUALITIES:
        out = io.BytesIO()
        square.save(out, "WEBP", quality=quality, method=6, exif=b"", icc_profile=b"", xmp=b"")
        if out.tell() <= MOST_BYTES:
            return Picture(out.getvalue())
    raise BadInput("bad_picture", "The picture cannot be made small enough. Choose another one.")
