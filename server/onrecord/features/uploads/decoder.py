"""The process that decodes one picture: bytes on stdin, `Drawn` as MessagePack on stdout.

A picture is the most hostile thing that people send. Whatever a decoder does with it, it does here:
with a limit of memory and time, no file, no key, and nothing of anybody else.
"""

import io
import resource
import sys
from typing import Final

import msgspec
from PIL import Image

from onrecord.features.uploads.previews import BadPicture, draw

MEMORY: Final = 768 * 1024 * 1024
"""Bytes of address space: a picture of 40 million pixels takes some 400 MiB with its copies."""
SECONDS: Final = 20
"""Of processor time."""
NOT_A_PICTURE: Final = 3
"""The exit status for a picture that does not decode."""


def main() -> int:
    """Decode and answer."""
    _warm()
    data = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        drawn = draw(data)
    except (BadPicture, MemoryError):
        return NOT_A_PICTURE
    sys.stdout.buffer.write(msgspec.msgpack.encode(drawn))
    return 0


def _warm() -> None:
    """Decode one of each kind: what decoders import late, they import now."""
    exif = Image.Exif()
    exif[0x0112] = 6
    frames = [Image.new("P", (2, 2), colour) for colour in (0, 1)]
    for kind, modes in (("PNG", "1 L LA P RGB RGBA I;16"), ("JPEG", "L RGB CMYK")):
        for mode in modes.split():
            _draw(Image.new(mode, (2, 2)), kind, exif=exif)
    _draw(frames[0], "GIF", save_all=True, append_images=frames[1:], transparency=0)
    for mode in ("RGB", "RGBA"):
        _draw(Image.new(mode, (2, 2)), "WEBP", exif=exif)


def _draw(image: Image.Image, kind: str, **more: object) -> None:
    out = io.BytesIO()
    image.save(out, kind, **more)
    draw(out.getvalue())


if __name__ == "__main__":
    sys.exit(main())
