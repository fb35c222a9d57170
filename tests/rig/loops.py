"""Runs a coroutine in a loop of uvloop, as the server does."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")

SECONDS = 300.0
"""uvloop swallows the signal by which pytest ends a test, so a test on it has its limit here."""


def run_on_uvloop(story: Coroutine[Any, Any, T], seconds: float = SECONDS) -> T:
    """Run it to its end. Raises TimeoutError after *seconds*."""

    async def limited() -> T:
        async with asyncio.timeout(seconds):
            return await story

    return uvloop.run(limited())
