"""seccomp (seccomp(2)): system calls that no hook needs are refused by the kernel.

No process is started, none is traced or signalled, no memory lies outside of what is counted, and
the one way to a UNIX socket is closed: the database of this machine, say, lets the server's user in
by name. No file's mode, owner or attributes are changed by its name, nor is one cut: they are the
server's user's, whoever may open them. Landlock knows nothing of those (of cutting from Linux 6.2
on). Numbers are of linux/audit.h, linux/filter.h and each
architecture's asm/unistd.h.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
from dataclasses import dataclass
from typing import Final

from onrecord.core.hooks.process.kernel import KernelRefused, filter_calls

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE: Final = 0x00050000
"""With an errno in the low half."""
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Where they lie in struct seccomp_data; of the first argument the low half, little-endian."""
_OTHER_ABI: Final = 0x40000000
"""x32's numbers on x86-64 begin here; they name other calls."""
_CLONE_THREAD: Final = 0x00010000
_MAY_TALK: Final = (socket.AF_INET, socket.AF_INET6, 16)  # 16: AF_NETLINK, to look names up


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of one architecture."""

    architecture: int
    clone: int
    clone3: int
    socket: int
    tgkill: int
    refused: tuple[int, ...]


_MACHINES: Final = {
    "x86_64": _Machine(
        architecture=0xC000003E,
        clone=56,
        clone3=435,
        socket=41,
        tgkill=234,
        refused=(
            57, 58, 59, 322,  # fork vfork execve execveat
            62, 200, 424,  # kill tkill pidfd_send_signal
            129, 297,  # rt_sigqueueinfo rt_tgsigqueueinfo
            101, 310, 311, 438, 312,  # ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp
            319, 447, 29,  # memfd_create memfd_secret shmget
            425, 323, 321, 298,  # io_uring_setup userfaultfd bpf perf_event_open
            250, 248, 249,  # keyctl add_key request_key
            165, 272, 308, 304,  # mount unshare setns open_by_handle_at
            76, 90, 268, 452,  # truncate chmod fchmodat fchmodat2
            92, 94, 260,  # chown lchown fchownat
            188, 189, 463, 197, 198, 466,  # (l)setxattr setxattrat (l)removexattr removexattrat
        ),
    ),
    "aarch64": _Machine(
        architecture=0xC00000B7,
        clone=220,
        clone3=435,
        socket=198,
        tgkill=131,
        refused=(
            221, 281,  # execve execveat
            129, 130, 424,  # kill tkill pidfd_send_signal
            138, 240,  # rt_sigqueueinfo rt_tgsigqueueinfo
            117, 270, 271, 438, 272,  # ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp
            279, 447, 194,  # memfd_create memfd_secret shmget
            425, 282, 280, 241,  # io_uring_setup userfaultfd bpf perf_event_open
            219, 217, 218,  # keyctl add_key request_key
            40, 97, 268, 265,  # mount unshare setns open_by_handle_at
            45, 53, 452, 54,  # truncate fchmodat fchmodat2 fchownat
            5, 6, 463, 14, 15, 466,  # (l)setxattr setxattrat (l)removexattr removexattrat
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
    families = [step for family in _MAY_TALK for step in _where(_EQUAL, family, _ALLOW)]
    for number, decided in (
        (machine.clone, [*_where(_HAS_BITS, _CLONE_THREAD, _ALLOW), _answer(errno.EPERM)]),
        (machine.tgkill, [*_where(_EQUAL, own, _ALLOW), _answer(errno.EPERM)]),
        (machine.socket, [*families, _answer(errno.EAFNOSUPPORT)]),
    ):
        look = [_step(_LOAD, _FIRST_ARGUMENT), *decided]
        steps += [_step(_EQUAL, number, otherwise=len(look)), *look]
    return b"".join((*steps, _step(_RETURN, _ALLOW)))


def _where(test: int, value: int, answer: int) -> list[bytes]:
    return [_step(test, value, otherwise=1), _step(_RETURN, answer)]


def _unless(test: int, value: int, answer: int) -> list[bytes]:
    return [_step(test, value, then=1), _step(_RETURN, answer)]


def _refusal(number: int) -> int:
    return _REFUSE | number


def _answer(number: int) -> bytes:
    return _step(_RETURN, _refusal(number))


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """Return one struct sock_filter: what to do, with what, and how many steps to pass over."""
    return struct.pack("=HBBI", code, then, otherwise, value)
