"""The line in which strangers wait for their turns of the loop."""

import asyncio
from functools import partial

from onrecord.http.turns import REQUEST_SECONDS, TURN_SECONDS, Line
from tests.rig.patience import SECONDS as PATIENCE

CROWD = 50


def test_of_many_requests_one_begins_in_a_turn_of_the_loop() -> None:
    async def story() -> int:
        line, began = Line(), 0

        def go_on() -> bool:
            nonlocal began
            began += 1
            return True

        for _ in range(CROWD):
            line.wait("192.0.2.0/24", go_on)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return began

    assert asyncio.run(story()) <= 2 * (1 + TURN_SECONDS // REQUEST_SECONDS)


def test_a_crowd_of_one_network_keeps_nobody_else_waiting() -> None:
    async def story() -> list[str]:
        line, order = Line(), list[str]()

        def go_on(who: str) -> bool:
            order.append(who)
            return True

        for _ in range(CROWD):
            line.wait("192.0.2.0/24", partial(go_on, "crowd"))
        line.wait("198.51.100.0/24", partial(go_on, "other"))
        for _ in range(CROWD + 2):
            await asyncio.sleep(0)
        return order

    assert asyncio.run(story()).index("other") == 1


def test_one_who_fails_holds_up_nobody() -> None:
    async def story() -> bool:
        line, went = Line(), asyncio.Event()
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)

        def fail() -> bool:
            raise RuntimeError

        def go_on() -> bool:
            went.set()
            return False

        line.wait("192.0.2.0/24", fail)
        line.wait("192.0.2.0/24", go_on)
        async with asyncio.timeout(PATIENCE):
            return await went.wait()

    assert asyncio.run(story())


def test_whoever_waits_again_does_so_for_a_later_turn() -> None:
    """What they began has its turn of the loop in between."""

    async def story() -> list[str]:
        line, order = Line(), list[str]()

        def go_on() -> bool:
            if len(order) < 6:
                order.append("went on")
                asyncio.get_running_loop().call_soon(order.append, "began")
                line.wait("192.0.2.0/24", go_on)
            return False

        line.wait("192.0.2.0/24", go_on)
        for _ in range(20):
            await asyncio.sleep(0)
        return order

    assert asyncio.run(story()) == ["went on", "began"] * 3
