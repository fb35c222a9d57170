"""Landlock (landlock(7)): from here on this process reaches the files that it was given alone.

It also may not trace or signal a process outside, nor listen on a port. The kernel's UAPI header
linux/landlock.h is where every number here comes from; interface 1 is of Linux 5.13.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from typing import Final

from onrecord.core.hooks.process.kernel import KernelRefused, forbid_new_privileges, libc, syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_READ: Final = _READ_FILE | _READ_DIR
_CHANGE: Final = (
    _READ | _WRITE_FILE | _TRUNCATE | _REFER | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG
)
_OF_A_FILE: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_ALL_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
"""Rights on files that an interface knows; from 5 on those of 5."""
_BIND_TCP: Final = 1 << 0
_SCOPED: Final = 1 << 0 | 1 << 1
"""Abstract UNIX sockets and signals."""


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def interface() -> int:
    """Return the version of the kernel's Landlock, 0 where it has none or it is switched off."""
    if not sys.platform.startswith("linux"):
        return 0
    version = libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    return max(0, int(version))


def restrict(reads: Iterable[str], writes: Iterable[str]) -> None:
    """Give up every file but these and what lies below; call it while there is one thread.

    A path that is not there is passed over. Raises KernelRefused.
    """
    version = interface()
    if not version:
        raise KernelRefused("Landlock is not available")
    rules = _Ruleset(_ALL_RIGHTS.get(version, (1 << 16) - 1))
    size = 8
    if version >= 4:
        rules.handled_access_net, size = _BIND_TCP, 16
    if version >= 6:
        rules.scoped, size = _SCOPED, 24
    ruleset = syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    try:
        for paths, rights in ((reads, _READ), (writes, _CHANGE)):
            for path in paths:
                _allow(ruleset, path, rights & rules.handled_access_fs)
        forbid_new_privileges()
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_A_FILE
        rule = _PathBeneath(rights, place)
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
