"""The process that decodes one picture: bytes on stdin, `Drawn` as MessagePack on stdout.

A picture is the most hostile thing that people send. Whatever a decoder does with it, it does here:
with a limit of memory and time, no file, no key, and nothing of anybody else.
"""

import resource
import sys
from typing import Final

import msgspec
from PIL import (  # every module that a decoder needs, before no file can be opened any more
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from onrecord.files.previews import BadPicture, draw

DECODERS: Final = (
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

MEMORY: Final = 768 * 1024 * 1024
"""Bytes of address space: a picture of 40 million pixels takes some 400 MiB with its copies."""
SECONDS: Final = 20
"""Of processor time."""
NOT_A_PICTURE: Final = 3
"""The exit status for a picture that does not decode."""


def main() -> int:
    """Decode and answer."""
    Image.preinit()
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


if __name__ == "__main__":
    sys.exit(main())
