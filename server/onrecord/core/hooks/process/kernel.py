"""Calls of the kernel that Python has no function for."""

import ctypes
import functools
import os
import sys
from typing import Final

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_PR_SET_SECCOMP: Final = 22
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITIES: Final = 0x20080522
"""Version 3 of capset(2): two words of each of three sets."""
_SECCOMP_MODE_FILTER: Final = 2


class KernelRefused(Exception):
    """The kernel refused to confine this process."""


@functools.cache
def libc() -> ctypes.CDLL:
    """Return the C library, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: object) -> int:
    """Return what a system call returns. Raises KernelRefused."""
    return _checked(int(libc().syscall(number, *arguments)))


def forbid_new_privileges() -> None:
    """Never gain a right by starting a program. Raises KernelRefused."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def give_up_rights() -> None:
    """Have none of the rights that a user may have beside files: root's, or those of the unit.

    Does nothing where the system is not Linux. Raises KernelRefused.
    """
    if not sys.platform.startswith("linux"):
        return
    forbid_new_privileges()
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    own, none = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
    _checked(int(libc().capset(own, none)))


def hide_memory() -> None:
    """Let no other process of this user read this one's memory, nor a core file hold it.

    Does nothing where the system is not Linux. Raises KernelRefused.
    """
    if sys.platform.startswith("linux"):
        _prctl(_PR_SET_DUMPABLE, 0)


def end_with(parent: int, signal: int) -> None:
    """Have the kernel send this process a signal when the thread that started it ends.

    `parent`: its process; where that has ended already this one ends now. Raises KernelRefused.
    """
    if not sys.platform.startswith("linux"):
        return
    _prctl(_PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        os._exit(0)


def filter_calls(program: ctypes.Structure) -> None:
    """Have the kernel look at every system call with a BPF program. Raises KernelRefused."""
    forbid_new_privileges()
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))


def _prctl(option: int, *arguments: object) -> None:
    filled = (*arguments, *(0,) * (4 - len(arguments)))
    plain = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in filled]
    _checked(int(libc().prctl(option, *plain)))


def _checked(result: int) -> int:
    if result < 0:
        raise KernelRefused(os.strerror(ctypes.get_errno()))
    return result
