"""Has pictures decoded, each in a process of its own, a few at once."""

import asyncio
import sys
from typing import Final

import msgspec

from onrecord.core.domain.errors import BadInput
from onrecord.features.uploads.previews import Drawn

AT_ONCE: Final = 2
SECONDS: Final = 30.0
_COMMAND: Final = (sys.executable, "-I", "-m", "onrecord.features.uploads.decoder")


class Decoding:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def draw(self, data: bytes) -> Drawn:
        """Return a picture's sides and small forms. Raises BadInput (`bad_file`).

        Cancelling ends the process.
        """
        async with self._slots:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"MALLOC_ARENA_MAX": "1"},
            )
            try:
                async with asyncio.timeout(SECONDS):
                    answer, _ = await process.communicate(data)
            except TimeoutError:
                answer = b""
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode != 0:
            raise BadInput(
                "bad_file", "This picture is damaged or has more than 40 million pixels."
            )
        return msgspec.msgpack.decode(answer, type=Drawn)
