"""seccomp (seccomp(2)): system calls that no hook needs are refused by the kernel.

No process is started, none is traced, signalled, limited or given less of the machine; no memory
lies outside of what is counted; no file changes its mode, owner or times by its name, and nobody
listens. Nobody is held up: a lease on a file keeps whoever opens it waiting, for 45 s by default,
and so does whoever has the disks write all that they were given. The ways to a UNIX socket are
closed: the database of this machine, say, lets the server's user in by name. Landlock knows nothing
of those, or not in each kernel. Numbers are of linux/audit.h, linux/filter.h and each
architecture's asm/unistd.h.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from onrecord.core.hooks.process.kernel import KernelRefused, filter_calls

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE: Final = 0x00050000
"""With an errno in the low half."""
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Where they lie in struct seccomp_data; of the first argument the low half, little-endian."""
_ARGUMENT_SIZE: Final = 8
_OTHER_ABI: Final = 0x40000000
"""x32's numbers on x86-64 begin here; they name other calls."""
_CLONE_THREAD: Final = 0x00010000
_MAY_TALK: Final = (socket.AF_INET, socket.AF_INET6)
_NETLINK: Final = 16
"""AF_NETLINK, to look names up: of its protocols NETLINK_ROUTE alone. NETLINK_SOCK_DIAG, say, lists
every connection of the machine."""
_NETLINK_ROUTE: Final = 0
_KIND_OF_SOCKET: Final = 0xF
_SIGNAL_TO: Final = (8, 10, 15)  # F_SETOWN F_SETSIG F_SETOWN_EX: the kernel signals that process
_LEASES: Final = (1024,)  # F_SETLEASE
_SIGNAL_TO_BY_IOCTL: Final = (0x8901, 0x8902)  # FIOSETOWN SIOCSPGRP
_SHARED_MEMORY: Final = 0x21  # MAP_SHARED MAP_ANONYMOUS: RLIMIT_DATA counts neither this
_GROWS_DOWN: Final = 0x100  # nor MAP_GROWSDOWN
_FOR_GOOD: Final = (1, 4)  # PR_SET_PDEATHSIG PR_SET_DUMPABLE


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of one architecture."""

    architecture: int
    clone: int
    clone3: int
    fcntl: int
    ioctl: int
    mmap: int
    prctl: int
    prlimit64: int
    socket: int
    socketpair: int
    tgkill: int
    refused: tuple[int, ...]


_MACHINES: Final = {
    "x86_64": _Machine(
        architecture=0xC000003E,
        clone=56,
        clone3=435,
        fcntl=72,
        ioctl=16,
        mmap=9,
        prctl=157,
        prlimit64=302,
        socket=41,
        socketpair=53,
        tgkill=234,
        refused=(
            57, 58, 59, 322,  # fork vfork execve execveat
            62, 200, 424,  # kill tkill pidfd_send_signal
            129, 297,  # rt_sigqueueinfo rt_tgsigqueueinfo
            101, 310, 311, 438, 312,  # ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp
            319, 447, 29, 30,  # memfd_create memfd_secret shmget shmat
            68, 64, 240,  # msgget semget mq_open
            141, 142, 144, 203,  # setpriority sched_setparam sched_setscheduler sched_setaffinity
            314, 251, 256, 279,  # sched_setattr ioprio_set migrate_pages move_pages
            90, 268, 452,  # chmod fchmodat fchmodat2
            92, 94, 93, 260,  # chown lchown fchown fchownat
            132, 235, 280, 261,  # utime utimes utimensat futimesat
            188, 189, 190, 463,  # setxattr lsetxattr fsetxattr setxattrat
            197, 198, 199, 466,  # removexattr lremovexattr fremovexattr removexattrat
            469, 76,  # file_setattr truncate
            254, 300, 50,  # inotify_add_watch fanotify_init listen
            425, 206, 323, 321, 298,  # io_uring_setup io_setup userfaultfd bpf perf_event_open
            162, 306,  # sync syncfs
            250, 248, 249,  # keyctl add_key request_key
            165, 272, 308, 304,  # mount unshare setns open_by_handle_at
        ),
    ),
    "aarch64": _Machine(
        architecture=0xC00000B7,
        clone=220,
        clone3=435,
        fcntl=25,
        ioctl=29,
        mmap=222,
        prctl=167,
        prlimit64=261,
        socket=198,
        socketpair=199,
        tgkill=131,
        refused=(
            221, 281,  # execve execveat
            129, 130, 424,  # kill tkill pidfd_send_signal
            138, 240,  # rt_sigqueueinfo rt_tgsigqueueinfo
            117, 270, 271, 438, 272,  # ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp
            279, 447, 194, 196,  # memfd_create memfd_secret shmget shmat
            186, 190, 180,  # msgget semget mq_open
            140, 118, 119, 122,  # setpriority sched_setparam sched_setscheduler sched_setaffinity
            274, 30, 238, 239,  # sched_setattr ioprio_set migrate_pages move_pages
            53, 452,  # fchmodat fchmodat2
            55, 54,  # fchown fchownat
            88,  # utimensat
            5, 6, 7, 463,  # setxattr lsetxattr fsetxattr setxattrat
            14, 15, 16, 466,  # removexattr lremovexattr fremovexattr removexattrat
            469, 45,  # file_setattr truncate
            27, 262, 201,  # inotify_add_watch fanotify_init listen
            425, 0, 282, 280, 241,  # io_uring_setup io_setup userfaultfd bpf perf_event_open
            81, 267,  # sync syncfs
            219, 217, 218,  # keyctl add_key request_key
            40, 97, 268, 265,  # mount unshare setns open_by_handle_at
        ),
    ),
}  # fmt: skip


class Program(ctypes.Structure):
    """A BPF program as the kernel takes it: the number of its steps, and they."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def is_known() -> bool:
    """Whether the numbers of this machine's system calls are known here."""
    return platform.machine() in _MACHINES


def refuse_calls() -> None:
    """Give up starting processes and all that hooks have no use for. Raises KernelRefused."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise KernelRefused(f"no list of system calls for {platform.machine()}")
    code = _program(machine, os.getpid())
    filter_calls(Program(len(code) // 8, code))


def _program(machine: _Machine, own: int) -> bytes:
    """Return the BPF program; every jump is over one return."""
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        *_unless(_EQUAL, machine.architecture, _KILL),
        _step(_LOAD, _NUMBER),
        *_where(_AT_LEAST, _OTHER_ABI, _refusal(errno.ENOSYS)),
        *_where(_EQUAL, machine.clone3, _refusal(errno.ENOSYS)),
    ]
    for number in machine.refused:
        steps += _where(_EQUAL, number, _refusal(errno.EPERM))
    for number, argument, decided in _by_argument(machine, own):
        look = [_step(_LOAD, _FIRST_ARGUMENT + argument * _ARGUMENT_SIZE), *decided]
        steps += [_step(_EQUAL, number, otherwise=len(look)), *look]
    return b"".join((*steps, _step(_RETURN, _ALLOW)))


def _by_argument(machine: _Machine, own: int) -> Iterable[tuple[int, int, list[bytes]]]:
    """Yield the calls of which an argument decides: number, which argument, steps to an answer."""
    yield machine.clone, 0, _only(_HAS_BITS, (_CLONE_THREAD,), errno.EPERM)
    yield machine.tgkill, 0, _only(_EQUAL, (own,), errno.EPERM)
    yield machine.prlimit64, 0, _only(_EQUAL, (0, own), errno.EPERM)
    yield machine.socket, 0, [*_netlink(), *_only(_EQUAL, _MAY_TALK, errno.EAFNOSUPPORT)]
    # Any other kind can be sent to a UNIX socket by its name afterwards.
    kind = _only(_EQUAL, (socket.SOCK_STREAM,), errno.EAFNOSUPPORT)
    yield machine.socketpair, 1, [_step(_MASK, _KIND_OF_SOCKET), *kind]
    yield machine.fcntl, 1, _but(_EQUAL, (*_SIGNAL_TO, *_LEASES), errno.EPERM)
    yield machine.ioctl, 1, _but(_EQUAL, _SIGNAL_TO_BY_IOCTL, errno.EPERM)
    yield machine.prctl, 0, _but(_EQUAL, _FOR_GOOD, errno.EPERM)
    grows = _where(_HAS_BITS, _GROWS_DOWN, _refusal(errno.ENOMEM))
    shared = _but(_EQUAL, (_SHARED_MEMORY,), errno.ENOMEM)
    yield machine.mmap, 3, [*grows, _step(_MASK, _SHARED_MEMORY), *shared]


def _netlink() -> list[bytes]:
    """Return what decides on a socket of netlink: by its protocol, the third argument."""
    protocol = _step(_LOAD, _FIRST_ARGUMENT + 2 * _ARGUMENT_SIZE)
    decided = [protocol, *_only(_EQUAL, (_NETLINK_ROUTE,), errno.EPROTONOSUPPORT)]
    return [_step(_EQUAL, _NETLINK, otherwise=len(decided)), *decided]


def _only(test: int, values: Iterable[int], error: int) -> list[bytes]:
    """Allow a call whose argument is one of the values, refuse any other."""
    allowed = [step for value in values for step in _where(test, value, _ALLOW)]
    return [*allowed, _step(_RETURN, _refusal(error))]


def _but(test: int, values: Iterable[int], error: int) -> list[bytes]:
    """Refuse a call whose argument is one of the values, allow any other."""
    refused = [step for value in values for step in _where(test, value, _refusal(error))]
    return [*refused, _step(_RETURN, _ALLOW)]


def _where(test: int, value: int, answer: int) -> list[bytes]:
    return [_step(test, value, otherwise=1), _step(_RETURN, answer)]


def _unless(test: int, value: int, answer: int) -> list[bytes]:
    return [_step(test, value, then=1), _step(_RETURN, answer)]


def _refusal(number: int) -> int:
    return _REFUSE | number


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """Return one struct sock_filter: what to do, with what, and how many steps to pass over."""
    return struct.pack("=HBBI", code, then, otherwise, value)
