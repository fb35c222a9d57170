"""A test on uvloop ends too: the signal that ends others does not reach it."""

import asyncio

import pytest

from tests.rig.loops import run_on_uvloop


def test_control_what_hangs_on_uvloop_ends_by_itself() -> None:
    with pytest.raises(TimeoutError):
        run_on_uvloop(asyncio.Event().wait(), seconds=0.05)
