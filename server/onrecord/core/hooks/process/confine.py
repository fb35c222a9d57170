"""Confines the process that it runs in, before a hook is loaded there."""

import os
import resource
import signal
from contextlib import suppress
from typing import Final

from onrecord.core.hooks.process import calls, landlock
from onrecord.core.hooks.process.kernel import end_with, give_up_rights, hide_memory
from onrecord.core.hooks.process.limits import DESCRIPTORS, Limits

POLITENESS: Final = 10
"""Added to the nice value: the chat comes first."""


class NotConfined(Exception):
    """It was told to be, and could still open what is not for it."""


def can_confine() -> bool:
    """Whether this machine's kernel can keep a hook from files and from processes."""
    return calls.is_known() and landlock.interface() > 0


def confine(limits: Limits, parent: int) -> None:
    """Keep this process, for good, within its limits, and have it end with its parent.

    Files and calls where the kernel can (`can_confine`), memory, descriptors and rights always.
    Raises KernelRefused, NotConfined, OSError.
    """
    end_with(parent, signal.SIGKILL)
    hide_memory()
    with suppress(OSError):
        os.nice(POLITENESS)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_DATA, limits.memory),
    ):
        resource.setrlimit(what, (most, most))
    give_up_rights()
    if not can_confine():
        return
    landlock.restrict(limits.reads, limits.writes)
    calls.refuse_calls()
    _try(limits.private)


def _try(private: tuple[str, ...]) -> None:
    """Raise NotConfined if something that is not for this process can be opened."""
    for path in private:
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            continue
        raise NotConfined(path)
