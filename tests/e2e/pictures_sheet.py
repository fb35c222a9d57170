"""Draws a contact sheet from pictures of screens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from PIL import Image, ImageDraw, ImageFont

ACROSS = 24
"""Screens beside each other, so that a sheet stays within the 16,383 pixels of a WebP."""
GAP = 8
CAPTION = 16
"""Height of a caption, pixels."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen, made small, and what it is called."""

    caption: str
    image: Image.Image

    @classmethod
    def of(cls, caption: str, screen: Image.Image, height: int) -> Self:
        """Return a screen's picture at this height, pixels."""
        width = round(screen.width * height / screen.height)
        small = screen.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        return cls(caption, small)


def drawn(rows: Sequence[Sequence[Shot]]) -> Image.Image:
    """Return the sheet: bands of up to ACROSS screens, in each a row for each of `rows`."""
    lines = list(_lines(rows))
    width = max(sum(shot.image.width + GAP for shot in line) for line in lines) + GAP
    heights = [CAPTION + max(shot.image.height for shot in line) + GAP for line in lines]
    sheet = Image.new("RGB", (width, sum(heights) + GAP), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=11)
    for line, top in zip(lines, accumulate(heights, initial=GAP), strict=False):
        left = GAP
        for shot in line:
            _write(pen, font, (left, top), shot)
            sheet.paste(shot.image, (left, top + CAPTION))
            left += shot.image.width + GAP
    return sheet


def _lines(rows: Sequence[Sequence[Shot]]) -> Iterator[Sequence[Shot]]:
    for first in range(0, len(rows[0]), ACROSS):
        yield from (row[first : first + ACROSS] for row in rows)


def _write(
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    at: tuple[int, int],
    shot: Shot,
) -> None:
    """Write as much of the caption as there is room for."""
    text = shot.caption
    while text and pen.textlength(text, font) > shot.image.width:
        text = text[:-1]
    pen.text(at, text, "black", font)
