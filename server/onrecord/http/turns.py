"""The line in which strangers' connections wait for their turn, and those that send much.

A stranger's connection is one on which nobody has signed in.

Facts that the code follows from:
  * The loop gives each connection something in each of its turns, so a turn lasts as long as there
    are connections that send without pause; and an acknowledgement takes several turns.
  * What a request costs is spent after its head was read, in tasks.

So strangers wait in a line, and all of them together get so much time in each turn of the loop.
The networks take turns in it: many connections of one keep nobody else's waiting.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

TURN_SECONDS = 0.004
"""What strangers get of one turn of the loop, in all."""
REQUEST_SECONDS = 0.004
"""What a request is counted for: a page of the client takes as long."""


class Line:
    """Lets strangers go on, one after the other. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str | None, deque[Callable[[], bool]]] = {}
        self._came: list[tuple[str | None, Callable[[], bool]]] = []
        """Who came since the last turn began: their turn is a later one."""
        self._next: asyncio.Handle | None = None

    def wait(self, whose: str | None, go_on: Callable[[], bool]) -> None:
        """Have *go_on* called when it is its turn: whether it began a request.

        *whose*: the network, or the person, who take turns with all others.
        """
        self._came.append((whose, go_on))
        self._again()

    def _turn(self) -> None:
        self._next = None
        came, self._came = self._came, []
        for whose, go_on in came:
            self._waiting.setdefault(whose, deque()).append(go_on)
        left = TURN_SECONDS
        while self._waiting and left > 0:
            whose = next(iter(self._waiting))
            others = self._waiting.pop(whose)
            go_on = others.popleft()
            if others:
                self._waiting[whose] = others
            began = time.perf_counter()
            try:
                begun = go_on()
            finally:
                self._again()
            left -= time.perf_counter() - began + (REQUEST_SECONDS if begun else 0.0)

    def _again(self) -> None:
        if self._next is None and (self._waiting or self._came):
            self._next = asyncio.get_running_loop().call_soon(self._turn)
