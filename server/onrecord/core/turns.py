"""A background task that looks every now and then and does what is due."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from onrecord.core.domain.errors import Fatal, OnRecordError


async def in_turns(
    look: Callable[[], Awaitable[None]],
    *,
    every_s: float,
    failed: Callable[[OnRecordError], None],
) -> NoReturn:
    """Look each `every_s` seconds until cancelled; *failed* is told of what the next turn tries.

    Raises Fatal, which ends the process. Cancelling is as safe as *look* is.
    """
    while True:
        try:
            await look()
        except Fatal:
            raise
        except OnRecordError as error:
            failed(error)
        await asyncio.sleep(every_s)
