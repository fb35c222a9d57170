"""An independent verifier of OnRecord archives, bundles and copies, from its documents alone."""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import struct
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAX_INT = 2**53 - 1
PAGE = 4096
LONGEST = 2 + 2048 + 2**24
CHUNK = 65536 + 16
ZEROS = "0" * 64
SUITE = "647a-0001-0002"
HEX16, HEX32 = r"[0-9a-f]{32}", r"[0-9a-f]{64}"
TAIL_NAME = r"([0-9a-f]{16})-([0-9a-f]{16})"
FILE_NAME = rf"file-({HEX32})(?:\.[a-z0-9]{{1,8}})?"
HEAD = struct.Struct(">4sQQBI")
KINDS = {"record": 1, "key": 2, "tail": 3}
REPEATED = ("v", "event_id", "type", "conv_seq", "msg_no", "prev", "at")

PUBLISHED = Path(__file__).parents[2] / "archive_hooks" / "PUBLISHED.md"
COPY_FORMAT, BUNDLE_FORMAT = "onrecord-copy/5", "onrecord-bundle/3"
COPY_FORMAT_4 = "onrecord-copy/4"
OF_BOTH = {
    "transcript.html",
    "records.jsonl",
    "manifest.json",
    "checkpoint",
    "policy",
    "README.txt",
}
OF_COPY_4 = OF_BOTH | {"verify.html"}
OF_COPY = OF_COPY_4 | {"copy-made.json"}
OF_BUNDLE = OF_BOTH | {"records.schema.json", "audit.jsonl", "notes.jsonl"}
MEMBERSHIP = {
    *("conversation.created", "member.added", "history.shared", "member.left", "member.removed"),
}
OF_ONE_CLIENT = {
    *("complaint.filed", "complaint.closed", "device.added", "identity.confirmed"),
    *("identity.withdrawn", "identity.reset", "assurance.changed"),
}
RULES = {"off_channel.hint": "off-channel", "orders.hint": "orders"}
EXTRA_FIELDS = {0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE}
DEVICES = {b"con", b"prn", b"aux", b"nul"}
DEVICES |= {b"%s%d" % (name, number) for name in (b"com", b"lpt") for number in range(10)}
UNCOMPARED = "transcript.html was held to manifest.json alone, not compared with the records"


class Refused(Exception):
    """What was named is not verified."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


class Unchecked(Refused):
    """What was named could not be checked, which is not: not verified."""


@dataclass
class Report:
    """What was verified, and what the answer does not cover."""

    kind: str
    size: int
    entries: int
    unsigned: int = 0
    void: list[tuple[str, int, int]] = field(default_factory=list)
    opened: int = 0
    lost_keys: int = 0
    from_joining_to_leaving: bool | None = None
    complete: bool | None = None
    made_at: str | None = None
    until: int | None = None
    remarks: list[str] = field(default_factory=list)


def need(holds: object, code: str, text: str) -> None:
    """Raise unless it holds."""
    if not holds:
        raise Refused(code, text)


@contextmanager
def storage() -> Iterator[None]:
    """Storage that does not answer is: could not be checked."""
    try:
        yield
    except OSError as error:
        raise Unchecked("storage", str(error)) from error


def sha(*parts: bytes) -> bytes:
    """SHA-256 of the parts, one after the other."""
    state = hashlib.sha256()
    for part in parts:
        state.update(part)
    return state.digest()


def require_published(form: str, file: str, data: bytes, which: str = "") -> None:
    """Raise unless PUBLISHED.md has these bytes' SHA-256, of any kind where none is named."""
    rows = [re.findall("`([^`]*)`", line) for line in PUBLISHED.read_text().split("\n")]
    good = [form, file, which, sha(data).hex()]
    found = any(
        row == good or (not which and row[:2] + row[3:] == good[:2] + good[3:]) for row in rows
    )
    need(found, "file", f"{file} is not what was published for {form}")


# --- Canonical JSON ---------------------------------------------------------------------------


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are ASCII and stand there once."""
    if len({name for name, _ in pairs}) != len(pairs) or not all(n.isascii() for n, _ in pairs):
        raise ValueError("a name twice, or not in ASCII")
    return dict(pairs)


def _no_number(text: str) -> Any:
    """No number but integers is read."""
    raise ValueError(text)


def load(text: str) -> Any:
    """Any JSON of the subset (README, Words), in whatever spelling."""
    value = json.loads(
        text, object_pairs_hook=_members, parse_float=_no_number, parse_constant=_no_number
    )
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += [*one, *one.values()]
        elif isinstance(one, list):
            todo += one
        elif one is None or (type(one) is int and abs(one) > MAX_INT):
            raise ValueError("null, or a number too large")
        elif isinstance(one, str) and "\0" in one:
            raise ValueError("U+0000")
    return value


def canonical(value: Any) -> bytes:
    """The one spelling of a value."""
    return rfc8785.dumps(value)


def read(data: bytes, code: str, what: str) -> dict[str, Any]:
    """The object whose canonical spelling these bytes are."""
    try:
        value = load(data.decode())
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise Refused(code, f"{what} is not canonical JSON") from error
    need(same and isinstance(value, dict), code, f"{what} is not a canonical JSON object")
    return value  # type: ignore[no-any-return]


def is_int(value: object, least: int = 0) -> bool:
    """Whether it is an integer, and none of the others that are equal to one."""
    return type(value) is int and least <= value <= MAX_INT


def is_text(value: object, pattern: str) -> bool:
    """Whether it is a text that the pattern matches as a whole."""
    return isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def same(one: object, other: object) -> bool:
    """Whether both are the same value of the same type."""
    return type(one) is type(other) and one == other


def is_time(value: object) -> bool:
    """Whether it is a time in its one spelling."""
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
    if not isinstance(value, str) or not is_text(value, form):
        return False
    try:
        datetime.fromisoformat(value[:-1])
    except ValueError:
        return False
    return True


# --- Leaves -----------------------------------------------------------------------------------


def _is_blob(value: object) -> bool:
    """Whether it is the `blob` of a record's leaf."""
    return (
        isinstance(value, dict)
        and set(value) == {"ct", "id", "size"}
        and is_text(value["ct"], HEX32)
        and is_text(value["id"], HEX16)
        and is_int(value["size"])
    )


def _is_previous(value: object) -> bool:
    """Whether it is the `previous` of a tail's leaf."""
    return (
        isinstance(value, dict)
        and set(value) == {"length", "name", "sha256"}
        and is_text(value["sha256"], HEX32)
        and is_text(value["name"], TAIL_NAME)
        and is_int(value["length"])
    )


def _is_member(name: str, value: object) -> bool:
    """Whether a leaf's member has the form that its name asks for."""
    if name in ("event_id", "key_id"):
        return is_text(value, HEX16)
    if name in ("ct", "prev", "pt", "sha256", "root"):
        return is_text(value, HEX32)
    if name in ("type", "class"):
        return is_text(value, r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
    if name in ("conv_seq", "msg_no", "epoch"):
        return is_int(value, 1)
    if name == "stream":
        return is_text(value, r"[!-~]{1,200}")
    if name == "suite_id":
        return is_text(value, r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}")
    if name == "day":
        return isinstance(value, str) and is_time(value + "T00:00:00.000000Z")
    tests = {"at": is_time, "blob": _is_blob, "previous": _is_previous, "first_index": is_int}
    return tests[name](value) if name in tests else True


LEAVES = {
    "record": "at class conv_seq ct event_id key_id kind prev pt stream type v",
    "key": "class day epoch key_id kind sha256 stream suite_id v",
    "tail": "epoch first_index kind root v",
}
OPTIONAL = {"record": {"blob", "msg_no"}, "key": set(), "tail": {"previous"}}


def check_leaf(data: bytes, what: str) -> dict[str, Any]:
    """A leaf in its canonical spelling, with the members of its kind and no other."""
    need(len(data) <= 2048, "leaf", f"{what}: the leaf is longer than 2,048 bytes")
    leaf = read(data, "leaf", f"{what}: the leaf")
    kind = leaf.get("kind")
    need(isinstance(kind, str) and kind in LEAVES, "leaf", f"{what}: a leaf of no kind")
    must = set(LEAVES[str(kind)].split())
    names = set(leaf)
    need(must <= names <= must | OPTIONAL[str(kind)], "leaf", f"{what}: other members")
    need(same(leaf["v"], 1), "leaf", f"{what}: `v` is not 1")
    for name, value in leaf.items():
        need(_is_member(name, value), "leaf", f"{what}: `{name}`")
    blob = leaf.get("type") == "file.stored"
    need(kind != "record" or ("blob" in leaf) == blob, "leaf", f"{what}: `blob`")
    return leaf


# --- Policy, checkpoints, proofs --------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """One public key of the log."""

    name: str
    kind: int
    key_id: bytes
    public: Ed25519PublicKey | MLDSA44PublicKey
    vkey: str


def b64(text: str, code: str) -> bytes:
    """The bytes of base64 in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(code, "not base64") from error
    need(base64.b64encode(data).decode() == text, code, "base64 in another spelling")
    return data


def _key(line: str) -> Key:
    """The key that a line of the policy spells."""
    form = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", line)
    need(form and not re.search(r"[\x00-\x20\x7f-\x9f]", line), "no_policy", "not a vkey")
    assert form is not None
    name, data = form[1], b64(form[3], "no_policy")
    key_id = sha(name.encode(), b"\n", data)[:4]
    need(key_id.hex() == form[2], "no_policy", "a vkey whose key id is not its key's")
    need(len(name.encode()) < 256, "no_policy", "a name of more than 255 bytes")
    need((data[:1], len(data)) in ((b"\1", 33), (b"\6", 1313)), "no_policy", "a key of no kind")
    kind = Ed25519PublicKey if data[0] == 1 else MLDSA44PublicKey
    public = kind.from_public_bytes(data[1:])
    assert isinstance(public, Ed25519PublicKey | MLDSA44PublicKey)
    return Key(name, data[0], key_id, public, line)


def read_policy(policy: str) -> list[Key]:
    """The keys of a policy, by type and then key id."""
    try:
        lines = [line.strip() for line in policy.split("\n")]
        keys = [_key(line) for line in lines if line and not line.startswith("#")]
        need(keys, "no_policy", "the policy has no key")
        need(len({key.name for key in keys}) == 1, "no_policy", "the keys have several names")
        need(len({key.key_id for key in keys}) == len(keys), "no_policy", "a key stands twice")
    except (Refused, ValueError) as error:
        raise Unchecked("no_policy", str(error)) from error
    return sorted(keys, key=lambda key: (key.kind, key.key_id))


@dataclass(frozen=True)
class Head:
    """A checkpoint that every key of the policy signed."""

    size: int
    root: bytes
    origin: str


def open_checkpoint(note: bytes, keys: Sequence[Key]) -> Head:
    """The tree head of a checkpoint, if its form and its signatures are right (README, 4)."""
    need(len(note) <= 131072, "checkpoint", "a checkpoint of more than 131,072 bytes")
    try:
        text = note.decode()
    except UnicodeDecodeError as error:
        raise Refused("checkpoint", "a checkpoint that is not UTF-8") from error
    lines = text.split("\n")
    need(len(lines) > 5, "checkpoint", "other lines than three and the signatures")
    need(lines[0] == keys[0].name, "checkpoint", "another origin")
    need(not re.search(r"[\x00-\x09\x0b-\x1f]", text), "checkpoint", "a control character")
    size = int(lines[1]) if is_text(lines[1], r"0|[1-9][0-9]{0,15}") else 2**53
    need(size < 2**53, "checkpoint", "a size in another spelling")
    root = b64(lines[2], "checkpoint")
    need(len(root) == 32 and lines[3] == "" == lines[-1], "checkpoint", "root, or empty lines")
    signed = set()
    for line in lines[4:-1]:
        dash, space, rest = line.partition(" ")
        name, between, coded = rest.partition(" ")
        need((dash, space, between) == ("\u2014", " ", " "), "checkpoint", "no signature line")
        need(name and not re.search(r"[+\s]", name), "checkpoint", "a signature of no name")
        data = b64(coded, "checkpoint")
        need(len(data) > 4, "checkpoint", "a signature line that is cut")
        for key in keys:
            if (name, data[:4]) == (key.name, key.key_id):
                signed.add(key.key_id)
                _check_signature(key, data[4:], ("\n".join(lines[:3]) + "\n").encode(), size, root)
    need(len(signed) == len(keys), "checkpoint", "not signed by every key of the policy")
    return Head(size, root, keys[0].name)


def own_lines(note: bytes, keys: Sequence[Key]) -> bytes:
    """A checkpoint that opens, with one line of each key of the policy, as the log writes it."""
    lines = note.decode().split("\n")
    own = []
    for key in keys:
        for line in lines[4:-1]:
            name, coded = line[2:].split(" ")
            if (name, b64(coded, "checkpoint")[:4]) == (key.name, key.key_id):
                own.append(line)
                break
    return "\n".join([*lines[:4], *own, ""]).encode()


def _check_signature(key: Key, data: bytes, text: bytes, size: int, root: bytes) -> None:
    """Raise unless the key signed this head."""
    name = key.name.encode()
    named = bytes([len(name)]) + name
    try:
        if isinstance(key.public, Ed25519PublicKey):
            key.public.verify(data, text)
            return
        need(len(data) == 8 + 2420, "checkpoint", "a signature of another length")
        time = int.from_bytes(data[:8])
        need(0 < time < 2**63, "checkpoint", "the time of a signature")
        tree = struct.pack(">QQ", 0, size) + root
        key.public.verify(data[8:], b"subtree/v1\n\0" + named + data[:8] + named + tree)
    except InvalidSignature as error:
        raise Refused("checkpoint", "a signature does not verify") from error


def check_proof(proof: object, index: int, leaf: bytes, head: Head) -> None:
    """Raise unless the proof (without its checkpoint) leads from the leaf to the head."""
    start = f"c2sp.org/tlog-proof@v1\nindex {index}\n"
    need(isinstance(proof, str) and proof.startswith(start), "inclusion", f"{index}: no proof")
    lines = str(proof)[len(start) :].split("\n")
    need(lines[-2:] == ["", ""], "inclusion", f"{index}: the proof's end")
    path = [b64(line, "inclusion") for line in lines[:-2]]
    need(len(path) <= 63 and all(len(each) == 32 for each in path), "inclusion", f"{index}: path")
    need(index < head.size, "inclusion", f"{index} is not below the checkpoint's size")
    node, last, found = index, head.size - 1, sha(b"\0", leaf)
    for each in path:
        need(last, "inclusion", f"{index}: the path is too long")
        if node & 1 or node == last:
            found = sha(b"\1", each, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = sha(b"\1", found, each)
        node, last = node >> 1, last >> 1
    need(not last and found == head.root, "inclusion", f"{index}: not in the checkpoint's tree")


class Tree:
    """The tree over leaves' hashes, as they come."""

    def __init__(self) -> None:
        self.hashes: list[bytes] = []
        self._stack: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf."""
        height, node = 0, sha(b"\0", leaf)
        self.hashes.append(node)
        while self._stack and self._stack[-1][0] == height:
            node = sha(b"\1", self._stack.pop()[1], node)
            height += 1
        self._stack.append((height, node))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._stack:
            return sha()
        node = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            node = sha(b"\1", left, node)
        return node


# --- The archive ------------------------------------------------------------------------------


@dataclass
class Entry:
    """One entry of the log."""

    leaf: bytes
    body: bytes
    file: str
    said: dict[str, Any] = field(default_factory=dict)


class Files:
    """The names below an archive's directory, and which of them a step accounted for."""

    def __init__(self, directory: Path) -> None:
        self.root = directory
        self.left = set(self._walk(""))

    def _walk(self, under: str) -> Iterator[str]:
        """Each plain file's path; whatever is neither file nor directory is refused."""
        with os.scandir(self.root / under) as entries:
            for entry in entries:
                path = under + entry.name
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(path + "/")
                elif entry.is_file(follow_symlinks=False):
                    yield path
                else:
                    raise Refused("unaccounted", f"{path!r} is neither a file nor a directory")

    def take(self, path: str) -> bytes:
        """The bytes of a file that must be there."""
        self.left.discard(path)
        try:
            file = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Refused("missing_file", f"{path} is not there") from error
        try:
            need(stat.S_ISREG(os.fstat(file).st_mode), "missing_file", f"{path} is no plain file")
            with open(file, "rb", closefd=False) as stream:
                return stream.read()
        finally:
            os.close(file)

    def rest(self) -> Iterator[tuple[str, int, int]]:
        """What is void among the files that nothing accounted for; all others are refused."""
        for path in sorted(self.left):
            blob = re.fullmatch(r"blobs/([0-9a-f]{2})/([0-9a-f]{64})", path)
            temporary = is_text(path, r"tmp/[0-9a-z_-]+\.tmp")
            named = blob is not None and blob[2].startswith(blob[1])
            need(named or temporary, "unaccounted", f"{path!r} belongs to nothing")
            try:
                yield path, 0, (self.root / path).lstat().st_size
            except FileNotFoundError:
                need(temporary, "unaccounted", f"{path} is gone")


def split_notes(data: bytes) -> Iterator[bytes]:
    """Notes as section 10, step 1, ends them; the last may be anything."""
    start, mark = 0, "\u2014 ".encode()
    signed = False
    position = 0
    for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
        signature = line.startswith(mark)
        if signed and not signature:
            yield data[start:position]
            start = position
        signed = signature
        position += len(line)
    if start < len(data):
        yield data[start:]


def is_cut(rest: bytes, offset: int, newest: bytes) -> bool:
    """Whether it is a beginning of the newest checkpoint, of which pages may read as zeros."""
    if len(rest) > len(newest):
        return False
    position = 0
    while position < len(rest):
        end = min(len(rest), (offset + position) // PAGE * PAGE + PAGE - offset)
        part = rest[position:end]
        if part != newest[position:end] and any(part):
            return False
        position = end
    return True


def _open_given(note: bytes, keys: Sequence[Key]) -> Head:
    """The checkpoint that somebody holds; with another file nothing can be checked."""
    try:
        return open_checkpoint(note, keys)
    except Refused as error:
        raise Unchecked("checkpoint", f"the given one: {error.text}") from error


def read_heads(
    files: Files, keys: Sequence[Key], given: bytes | Head | None, replica: bool
) -> list[Head]:
    """Step 1: every tree head; the last one is the largest."""
    newest, data = files.take("checkpoint"), files.take("checkpoints")
    for _ in range(100):
        if newest == (again := files.take("checkpoint")):
            break
        newest, data = again, files.take("checkpoints")
    at_hand, own = open_checkpoint(newest, keys), own_lines(newest, keys)
    held = _open_given(given, keys) if isinstance(given, bytes) else given
    heads: list[Head] = []
    offset, has_own = 0, False
    for part in split_notes(data):
        try:
            heads.append(open_checkpoint(part, keys))
        except Refused:
            break
        offset, has_own = offset + len(part), has_own or part == own
    rest = data[offset:]
    need(heads, "checkpoints", "`checkpoints` has no whole checkpoint")
    cut = not has_own and is_cut(rest, offset, own)
    need(not rest or cut, "checkpoints", f"what stands at {offset} is no append")
    sizes = {head.size for head in heads}
    heads = sorted([*heads, at_hand], key=lambda head: head.size)
    for one, other in pairwise(heads):
        need(one.size < other.size or one.root == other.root, "fork", f"two roots of {one.size}")
    if held is not None:
        need(held.size <= heads[-1].size, "rolled_back", "the archive ends before the given one")
        roots = [head.root for head in heads if head.size == held.size]
        need(all(root == held.root for root in roots), "fork", f"another root for {held.size}")
        listed = replica or held.size in sizes
        need(listed, "checkpoints", "the given one is not among them: verify a copy with --replica")
        heads.insert(0, held)
    return heads


@dataclass
class Tail:
    """One tail's file, and the frames in it that are whole and in their place."""

    name: str
    epoch: int
    first: int
    data: bytes
    frames: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    good: int = 0

    def parse(self, length: int) -> None:
        """Take frames up to the first bad one, or to the length."""
        data = self.data[:length]
        while len(data) - self.good >= HEAD.size + 32:
            magic, epoch, index, kind, size = HEAD.unpack_from(data, self.good)
            end = self.good + HEAD.size + size
            if (magic, epoch, index) != (b"ORF1", self.epoch, self.first + len(self.frames)):
                return
            if not 2 <= size <= LONGEST:
                return
            if end + 32 > len(data) or sha(data[self.good : end]) != data[end : end + 32]:
                return
            part = bytes(data[self.good + HEAD.size : end])
            cut = 2 + int.from_bytes(part[:2])
            if not (kind in (1, 2, 3) and cut <= min(size, 2050) and (kind == 1 or cut == size)):
                return
            self.frames.append((kind, part[2:cut], part[cut:]))
            self.good = end + 32

    def own_leaves(self, known: dict[int, dict[str, Any]]) -> None:
        """Add the leaves of kind `tail` among the frames, by their epoch."""
        for at, (kind, data, _) in enumerate(self.frames):
            if kind == 3:
                leaf = check_leaf(data, f"{self.name}: {self.first + at}")
                need(leaf["kind"] == "tail", "leaf", f"{self.name}: a leaf of another kind")
                known.setdefault(leaf["epoch"], leaf)


def read_tails(files: Files, size: int, void: list[tuple[str, int, int]]) -> list[Tail]:
    """Step 3: the tails, oldest first, with the frames of them that count."""
    paths = [(path, re.fullmatch(r"tails/" + TAIL_NAME, path)) for path in sorted(files.left)]
    tails = [Tail(p, int(f[1], 16), int(f[2], 16), files.take(p)) for p, f in paths if f]
    need(tails, "missing_file", "there is no tail")
    need(len({tail.epoch for tail in tails}) == len(tails), "tail", "an epoch has two tails")
    known: dict[int, dict[str, Any]] = {}
    length, named = len(tails[-1].data), tails[-1].name
    chain: list[Tail] = []
    for at in range(len(tails) - 1, -1, -1):
        tail = tails[at]
        if tail.name != named:
            void.append((tail.name, 0, len(tail.data)))
            continue
        chain.insert(0, tail)
        tail.parse(length)
        tail.own_leaves(known)
        if at == len(tails) - 1 and tail.good < length:
            bad = tail.first + len(tail.frames)
            need(bad >= size, "frame", f"{tail.name}: {bad}: the frame is bad")
            need(tail.epoch in known, "frame", f"{tail.name}: bad before its own leaf")
        elif at < len(tails) - 1:
            need(tail.good == length, "frame", f"{tail.name}: bad at byte {tail.good}")
        if tail.good < len(tail.data):
            void.append((tail.name, tail.good, len(tail.data) - tail.good))
        length, named = _follow(tails[:at], tail, known.get(tail.epoch))
    need(not named, "missing_file", f"{named} is not there")
    return chain


def _follow(earlier: Sequence[Tail], tail: Tail, own: dict[str, Any] | None) -> tuple[int, str]:
    """How many bytes of which tail before count, as this tail's own leaf says."""
    if own is None:
        raise Refused("tail", f"{tail.name}: its own leaf is not there")
    need(own["first_index"] == tail.first, "tail", f"{tail.name}: another first index")
    previous = own.get("previous")
    if previous is None:
        need(tail.first == 0, "tail", f"{tail.name}: not the first tail")
        return 0, ""
    path, length = "tails/" + previous["name"], previous["length"]
    found = [each for each in earlier if each.name == path]
    need(found, "missing_file", f"{tail.name}: {path} is not before it")
    before = found[0]
    need(length <= len(before.data), "tail", f"{before.name}: shorter than it was")
    need(sha(before.data[:length]).hex() == previous["sha256"], "tail", f"{before.name}: changed")
    return int(length), path


class Log:
    """Step 4: the entries by index, and what each must say after those before."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.entries: list[Entry] = []
        self.tree = Tree()
        self.keys: dict[str, dict[str, Any]] = {}
        self.introduced: dict[str, int] = {}
        self.blobs: dict[str, tuple[int, dict[str, Any]]] = {}
        self._events: set[str] = set()
        self._nonces: dict[str, bytes] = {}
        self._streams: dict[str, tuple[int, str, int, str]] = {}
        self._epoch = 0

    def take(self, tail: Tail) -> None:
        """Take what counts of a tail."""
        for index, (kind, data, body) in enumerate(tail.frames, tail.first):
            what = f"{tail.name}: {index}"
            need(index <= len(self.entries), "missing", f"{what}: entries before it are not there")
            if index < len(self.entries):
                entry = self.entries[index]
                need((entry.leaf, entry.body) == (data, body), "tail", f"{what}: another copy")
                continue
            leaf = check_leaf(data, what)
            need(KINDS[leaf["kind"]] == kind, "leaf", f"{what}: a leaf of another kind")
            {1: self._record, 2: self._key, 3: self._tail}[kind](leaf, body, what)
            self.entries.append(Entry(data, body, tail.name, leaf))
            self.tree.add(data)

    def _tail(self, leaf: dict[str, Any], _: bytes, what: str) -> None:
        """A tail's own leaf is of a higher epoch, over the tree so far."""
        need(leaf["epoch"] > self._epoch, "tail", f"{what}: the epoch is not higher")
        need(leaf["root"] == self.tree.root().hex(), "root", f"{what}: another root")
        self._epoch = leaf["epoch"]

    def _key(self, leaf: dict[str, Any], _: bytes, what: str) -> None:
        """A key is new in the log."""
        need(leaf["key_id"] not in self.keys, "key", f"{what}: the key is there twice")
        self.keys[leaf["key_id"]] = leaf
        self.introduced[leaf["key_id"]] = len(self.entries)

    def _record(self, leaf: dict[str, Any], body: bytes, what: str) -> None:
        """A record's body, key, nonce and place in its stream."""
        need(len(body) >= 96 and sha(body).hex() == leaf["ct"], "body", f"{what}: another body")
        key = self.keys.get(leaf["key_id"])
        if key is None:
            raise Refused("key", f"{what}: its key was not introduced")
        place = (leaf["stream"], leaf["class"], leaf["at"][:10])
        need(place == (key["stream"], key["class"], key["day"]), "key", f"{what}: another's key")
        last = self._nonces.get(leaf["key_id"], b"")
        need(body[:12] > last, "key", f"{what}: the nonce is not greater")
        self._nonces[leaf["key_id"]] = body[:12]
        need(leaf["event_id"] not in self._events, "chain", f"{what}: the event is there twice")
        self._events.add(leaf["event_id"])
        number, prev, count, at = self._streams.get(leaf["stream"], (0, ZEROS, 0, ""))
        need(leaf["conv_seq"] == number + 1, "chain", f"{what}: `conv_seq`")
        need(leaf["prev"] == prev, "chain", f"{what}: `prev`")
        need(leaf.get("msg_no", count + 1) == count + 1, "chain", f"{what}: `msg_no`")
        need(leaf["at"] >= at, "chain", f"{what}: `at`")
        count += "msg_no" in leaf
        self._streams[leaf["stream"]] = (number + 1, leaf["pt"], count, leaf["at"])
        if "blob" in leaf:
            self._blob(leaf["blob"], what)

    def _blob(self, blob: dict[str, Any], what: str) -> None:
        """A sealed file lies in `blobs/`, and its id is new."""
        data = self.files.take(f"blobs/{blob['ct'][:2]}/{blob['ct']}")
        good = len(data) == blob["size"] and sha(data).hex() == blob["ct"]
        need(good, "blob", f"{what}: another sealed file")
        need(blob["id"] not in self.blobs, "blob", f"{what}: the blob id is there twice")
        self.blobs[blob["id"]] = (len(self.entries), blob)


def check_tiles(files: Files, log: Log, size: int) -> None:
    """Step 5: tiles and bundles, of which those that are full at `size` must be there."""
    leaves = [entry.leaf for entry in log.entries]
    parts = [len(leaf).to_bytes(2) + leaf for leaf in leaves]
    _check_level(files, "entries", "bundle", parts, size // 256)
    level, hashes, full = 0, log.tree.hashes, size // 256
    while len(hashes) >= 256:
        _check_level(files, str(level), "tile", hashes, full)
        level, full, upper = level + 1, full // 256, []
        for start in range(0, len(hashes) // 256 * 256, 256):
            nodes = hashes[start : start + 256]
            while len(nodes) > 1:
                nodes = [sha(b"\1", a, b) for a, b in zip(nodes[::2], nodes[1::2], strict=True)]
            upper += nodes
        hashes = upper


def _check_level(files: Files, level: str, code: str, parts: list[bytes], full: int) -> None:
    """Compare each full tile, or bundle, of a level."""
    for n in range(len(parts) // 256):
        digits = f"{n:0{-(-len(str(n)) // 3) * 3}d}"
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        path = "/".join([f"tile/{level}", *("x" + each for each in groups[:-1]), groups[-1]])
        if n < full or path in files.left:
            good = files.take(path) == b"".join(parts[n * 256 : n * 256 + 256])
            need(good, code, f"{path}: it says something else than entries {n * 256} and on")


# --- Key stores, and opening ------------------------------------------------------------------

COLUMNS = ("key_id", "stream", "class", "day", "epoch", "suite_id", "sealed", "destroyed_by")
TABLE = (
    "CREATE TABLE sealed_key ( key_id BLOB PRIMARY KEY CHECK (length(key_id) = 16),"
    " stream TEXT NOT NULL, class TEXT NOT NULL, day TEXT NOT NULL, epoch INTEGER NOT NULL,"
    " suite_id TEXT NOT NULL, sealed BLOB, destroyed_by BLOB,"
    " CHECK ((sealed IS NULL) = (destroyed_by IS NOT NULL)) ) STRICT"
)
SCHEMA = {
    ("table", "sealed_key", "sealed_key", TABLE),
    ("index", "sqlite_autoindex_sealed_key_1", "sealed_key", None),
}
MAY_BE_THERE = (
    "index",
    "unsealed_key",
    "sealed_key",
    "CREATE INDEX unsealed_key ON sealed_key (key_id) WHERE sealed IS NULL",
)


def read_key_store(path: Path) -> dict[str, tuple[Any, ...]]:
    """The rows of a key store by key id, read from a copy so that nothing beside it changes."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "keys.db"
            shutil.copyfile(path, copy)
            log = path.with_name(path.name + "-wal")
            if log.exists():
                shutil.copyfile(log, copy.with_name("keys.db-wal"))
            base = sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)
            try:
                _check_schema(base, path)
                rows = base.execute(f"SELECT {', '.join(COLUMNS)} FROM sealed_key NOT INDEXED")
                found = rows.fetchall()
            finally:
                base.close()
    except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
        raise Unchecked("key_store", f"{path}: cannot be read: {error}") from error
    for row in found:
        need(row[6] is not None, "key_store", f"{path}: a row without its sealed key")
        need(isinstance(row[0], bytes) and isinstance(row[6], bytes), "key_store", f"{path}: a row")
    rows_by_id = {row[0].hex(): row for row in found}
    need(len(rows_by_id) == len(found), "key_store", f"{path}: a key id twice")
    return rows_by_id


def _check_schema(base: sqlite3.Connection, path: Path) -> None:
    found = base.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    if not any(str(name).lower() == "sealed_key" for _, name, _, _ in found):
        raise Unchecked("key_store", f"{path}: not a key store")
    folded = [
        (*rest, " ".join(sql.split()) if isinstance(sql, str) else sql) for *rest, sql in found
    ]
    good = set(folded) - {MAY_BE_THERE} == SCHEMA
    need(good, "key_store", f"{path}: something is in it that is not a key store's")


def check_key_store(path: Path, log: Log, lost_below: int) -> tuple[dict[str, bytes], int]:
    """Step 6: the sealed keys of a key store, and how many are known to be lost."""
    rows, sealed, lost = read_key_store(path), {}, 0
    for key_id, leaf in log.keys.items():
        row = rows.get(key_id)
        if log.introduced[key_id] < lost_below:
            lost += 1
            continue
        if row is None:
            raise Refused("key_store", f"{path}: the key {key_id} is not there")
        says = [leaf[name] for name in COLUMNS[1:6]] + [leaf["sha256"]]
        good = [*row[1:6], sha(row[6]).hex()] == says
        need(good, "key_store", f"{path}: the key {key_id} is there otherwise")
        sealed[key_id] = row[6]
    return sealed, lost


def read_opening_key(data: bytes) -> tuple[int, hpke.MLKEM768X25519PrivateKey]:
    """An opening key and its key epoch."""
    try:
        said = load(data.decode())
        names = {"epoch", "kind", "ml_kem_768_seed", "suite_id", "v", "x25519"}
        good = (
            isinstance(said, dict)
            and set(said) == names
            and is_int(said["epoch"], 1)
            and same(said["v"], 1)
        )
        good = good and (said["kind"], said["suite_id"]) == ("onrecord-opening-key", SUITE)
        good = good and is_text(said["ml_kem_768_seed"], r"[0-9a-f]{128}")
        need(good and is_text(said["x25519"], HEX32), "no_key", "not an opening key")
        inner = MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(said["ml_kem_768_seed"]))
        outer = X25519PrivateKey.from_private_bytes(bytes.fromhex(said["x25519"]))
    except (Refused, ValueError) as error:
        raise Unchecked("no_key", "not an opening key") from error
    return int(said["epoch"]), hpke.MLKEM768X25519PrivateKey(inner, outer)


class Opener:
    """Step 7: opens records, and compares what they say with their leaves."""

    def __init__(self, log: Log, sealed: Mapping[str, bytes], opening: Sequence[bytes]) -> None:
        pairs = [read_opening_key(data) for data in opening]
        self._log, self._sealed, self._opening = log, sealed, dict(pairs)
        self._keys: dict[str, bytes] = {}
        self._files: dict[tuple[str, str], tuple[str, int]] = {}
        self.opened = 0

    def _key(self, key_id: str, what: str) -> bytes:
        """The data key of this id."""
        if key_id not in self._keys:
            leaf = self._log.keys[key_id]
            if leaf["epoch"] not in self._opening:
                raise Unchecked("no_key", f"no opening key for key epoch {leaf['epoch']}")
            names = ("v", "suite_id", "epoch", "key_id", "stream", "class", "day")
            info = canonical({name: leaf[name] for name in names})
            need(leaf["suite_id"] == SUITE, "open", f"{what}: another suite")
            parts = (hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
            private = self._opening[leaf["epoch"]]
            try:
                key = hpke.Suite(*parts).decrypt(self._sealed[key_id], private, info)
            except (InvalidTag, ValueError) as error:
                raise Refused("open", f"{what}: its data key does not open") from error
            need(len(key) == 32, "open", f"{what}: a data key of another length")
            self._keys[key_id] = key
        return self._keys[key_id]

    def check(self, index: int) -> None:
        """Open one record; leave out one whose key is known to be lost."""
        entry = self._log.entries[index]
        leaf, what = entry.said, f"{entry.file}: {index}"
        if leaf["kind"] != "record" or leaf["key_id"] not in self._sealed:
            return
        aad = canonical({name: value for name, value in leaf.items() if name != "ct"})
        try:
            cipher = AESGCM(self._key(leaf["key_id"], what))
            plain = cipher.decrypt(entry.body[:12], entry.body[12:], aad)
        except (InvalidTag, ValueError) as error:
            raise Refused("open", f"{what}: the body does not open") from error
        try:
            text = plain[64:].decode()
            end = json.JSONDecoder().raw_decode(text)[1]
        except (ValueError, RecursionError) as error:
            raise Refused("compare", f"{what}: no objects in the body") from error
        shown = read(text[:end].encode(), "compare", f"{what}: `shown`")
        kept = read(text[end:].encode(), "compare", f"{what}: `kept`")
        hashes = (sha(plain[:32], text[:end].encode()), sha(plain[32:64], text[end:].encode()))
        need(commitment(*hashes) == leaf["pt"], "compare", f"{what}: another `pt`")
        check_said(shown, leaf, "compare", what)
        keys = kept.get("blob_keys", {})
        listed = listed_files(shown, what, "compare") + listed_files(kept, what, "compare")
        for one in listed:
            self._file(one, keys, index, what)
        self.opened += 1

    def _file(self, one: dict[str, Any], keys: Any, index: int, what: str) -> None:
        """A file that is listed was stored by now, and opens to what is listed."""
        blob_id = str(one.get("blob_id"))
        stored = self._log.blobs.get(blob_id)
        if stored is None or stored[0] > index:
            raise Refused("compare", f"{what}: a file that was not stored before")
        key = str(keys.get(blob_id)) if isinstance(keys, dict) else ""
        need(is_text(key, HEX32), "compare", f"{what}: a file without its key")
        if (blob_id, key) not in self._files:
            ct = stored[1]["ct"]
            data = self._log.files.take(f"blobs/{ct[:2]}/{ct}")
            self._files[blob_id, key] = open_file(data, bytes.fromhex(key), blob_id, what)
        digest, size = self._files[blob_id, key]
        good = same(one.get("sha256"), digest) and same(one.get("size"), size)
        need(good, "compare", f"{what}: a file that is another")


def open_file(data: bytes, key: bytes, blob_id: str, what: str) -> tuple[str, int]:
    """SHA-256 and size of a sealed file's plain bytes."""
    cipher, aad, state, size = AESGCM(key), bytes.fromhex(blob_id), hashlib.sha256(), 0
    count = max(1, -(-len(data) // CHUNK))
    for i in range(count):
        nonce = i.to_bytes(11) + bytes([i == count - 1])
        try:
            plain = cipher.decrypt(nonce, data[i * CHUNK : (i + 1) * CHUNK], aad)
        except (InvalidTag, ValueError) as error:
            raise Refused("open", f"{what}: a file does not open") from error
        need(plain or count == 1, "open", f"{what}: a file's last chunk is empty")
        state.update(plain)
        size += len(plain)
    return state.hexdigest(), size


def commitment(shown: bytes, kept: bytes) -> str:
    """The `pt` of two hashes (README, 1)."""
    return sha(b"onrecord/pt/v1\0", shown, kept).hex()


def check_said(said: dict[str, Any], leaf: dict[str, Any], code: str, what: str) -> None:
    """Raise unless what is said repeats its leaf."""
    for name in REPEATED:
        good = (name in said) == (name in leaf) and same(said.get(name), leaf.get(name))
        need(good, code, f"{what}: `{name}` is not the leaf's")
    stream = said.get("stream")
    good = isinstance(stream, dict) and same(stream.get("id"), leaf["stream"])
    need(good, code, f"{what}: `stream.id` is not the leaf's")


def listed_files(said: dict[str, Any], what: str, code: str) -> list[dict[str, Any]]:
    """The files that an object lists."""
    files = said.get("files", [])
    good = isinstance(files, list) and all(isinstance(one, dict) for one in files)
    need(good, code, f"{what}: `files` is no list of objects")
    return list(files)


@storage()
def verify_archive(
    directory: Path,
    policy: str,
    *,
    given: bytes | Head | None = None,
    replica: bool = False,
    key_stores: Sequence[Path] = (),
    opening_keys: Sequence[bytes] = (),
    lost_below: int = 0,
) -> Report:
    """Check an archive as README, section 10, says."""
    keys = read_policy(policy)
    if not directory.is_dir():
        raise Unchecked("nothing_there", f"{directory} is not a directory")
    if opening_keys and not key_stores:
        raise Unchecked("no_key", "opening keys are of use with a key store only")
    files = Files(directory)
    heads = read_heads(files, keys, given, replica)
    size = heads[-1].size
    void: list[tuple[str, int, int]] = []
    log = Log(files)
    for tail in read_tails(files, size, void):
        _take(log, tail, heads)
    need(len(log.entries) >= size, "missing", f"{size} were signed, {len(log.entries)} are there")
    check_tiles(files, log, size)
    stores = [check_key_store(path, log, lost_below) for path in key_stores]
    report = Report("archive", size, len(log.entries), len(log.entries) - size, void)
    report.lost_keys = max((lost for _, lost in stores), default=0)
    if opening_keys:
        opener = Opener(log, stores[0][0], opening_keys)
        for index in range(len(log.entries)):
            opener.check(index)
        report.opened = opener.opened
    void.sort()
    void += files.rest()
    if given is None:
        report.remarks.append("freshness is not shown: no checkpoint from before was given")
    return report


def _take(log: Log, tail: Tail, heads: Sequence[Head]) -> None:
    """Take a tail's entries, and hold the tree to each head on the way."""
    frames, start = tail.frames, tail.first
    cuts = sorted({head.size for head in heads if start <= head.size < start + len(frames)})
    for low, high in pairwise([start, *cuts, start + len(frames)]):
        log.take(Tail(tail.name, tail.epoch, low, b"", frames[low - start : high - start]))
        for head in heads:
            if head.size == len(log.entries):
                good = head.root == log.tree.root()
                need(good, "root", f"the tree of {head.size} has another root than was signed")


# --- Zip files --------------------------------------------------------------------------------


class NotRead(Exception):
    """A zip file in which not every reader must see the same files."""


def keep(holds: object, text: str) -> None:
    """Raise unless it holds: the zip file is not read then."""
    if not holds:
        raise NotRead(text)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The one spelling of a zip file (BUNDLE.md, Files)."""
    local, central = b"", b""
    for name, data in sorted(files.items()):
        sizes = (zlib.crc32(data), len(data), len(data), len(name), 0)
        same = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, *sizes)
        central += b"PK\1\2" + struct.pack("<H", 20) + same
        central += struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + name.encode()
        local += b"PK\3\4" + same + name.encode() + data
    ends = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(central), len(local), 0)
    return local + central + b"PK\5\6" + ends


def _extra(data: bytes) -> None:
    """Extra fields are whole, and of the kinds that change nothing."""
    while data:
        keep(len(data) >= 4, "an extra field that is cut")
        kind, size = struct.unpack_from("<HH", data)
        keep(kind in EXTRA_FIELDS and len(data) >= 4 + size, f"an extra field {kind:04x}")
        data = data[4 + size :]


@dataclass
class Member:
    """One entry of a zip file's central directory."""

    offset: int
    name: bytes
    common: tuple[int, int, int, int]
    sizes: tuple[int, int, int]
    own: bool = True
    attributes: int = 0


def _central(data: bytes) -> Iterator[Member]:
    """The entries of the central directory, then where it begins, as a last member."""
    keep(len(data) >= 22 and data[-22:-18] == b"PK\5\6", "no end record as the last 22 bytes")
    disk, begins, here, count, size, at, comment = struct.unpack("<HHHHIIH", data[-18:])
    keep((disk, begins, here, comment) == (0, 0, count, 0) and count, "the end record")
    keep(at + size == len(data) - 22, "the central directory is not right before its end")
    start = at
    for _ in range(count):
        keep(at + 46 <= len(data) - 22 and data[at : at + 4] == b"PK\1\2", "a central header")
        said = struct.unpack("<HHHHHHIIIHHHHHII", data[at + 4 : at + 46])
        name_size, extra_size, comment_size, on_disk = said[9:13]
        end = at + 46 + name_size + extra_size
        keep((comment_size, on_disk) == (0, 0) and end <= len(data) - 22, "a central header")
        name = data[at + 46 : at + 46 + name_size]
        _extra(data[at + 46 + name_size : end])
        own = said[:6] + said[10:11] + said[13:15] == (20, 20, 0, 0, 0, 33, 0, 0, 0)
        yield Member(said[15], name, said[2:6], said[6:9], own and b"/" not in name, said[14])
        at = end
    keep(at == len(data) - 22, "bytes behind the central directory's entries")
    yield Member(start, b"", (0, 0, 0, 0), (0, 0, 0))


def _content(data: bytes, member: Member, end: int) -> bytes:
    """The content of a member that ends right where the next one begins."""
    at, (flags, method, _, _), (crc, packed, size) = member.offset, member.common, member.sizes
    keep(at + 30 <= end and data[at : at + 4] == b"PK\3\4", "a local header")
    said = struct.unpack("<HHHHHIIIHH", data[at + 4 : at + 30])
    start = at + 30 + said[8] + said[9]
    keep(start + packed <= end, "a member that does not fit")
    keep(data[at + 30 : at + 30 + said[8]] == member.name, "another name in the local header")
    _extra(data[at + 30 + said[8] : start])
    keep(said[1:5] == member.common, "local and central header differ")
    keep(not flags & ~0x080E and method in (0, 8), "flags or a method that is not read")
    streamed = flags & 8
    good = said[5:8] == member.sizes or (streamed and said[5:8] == (0, 0, 0))
    keep(good, "local and central sizes differ")
    behind = data[start + packed : end]
    if streamed:
        three = struct.pack("<III", *member.sizes)
        keep(method == 8 and behind in (three, b"PK\7\x08" + three), "a data descriptor")
    else:
        keep(not behind, "bytes behind a member")
    content = data[start : start + packed]
    if method == 8:
        reader = zlib.decompressobj(-15)
        try:
            content = reader.decompress(content, size + 1)
        except zlib.error as error:
            raise NotRead("a deflated member does not inflate") from error
        keep(reader.eof and not reader.unused_data, "a deflated member ends elsewhere")
    keep(len(content) == size and zlib.crc32(content) == crc, "size or CRC-32 of a member")
    return content


def _name(member: Member) -> tuple[str, str]:
    """The folder of a member, with the slash that ends it, and its name there."""
    try:
        name = member.name.decode("utf-8" if member.common[0] & 0x0800 else "cp437")
    except UnicodeDecodeError as error:
        raise NotRead("a name that is not UTF-8") from error
    last = name.rpartition("/")[2]
    return name[: len(name) - len(last)], last


def _plain(member: Member) -> None:
    """The name leads to the same place everywhere, and the mark is that of a file or a folder."""
    *parts, last = member.name.split(b"/")
    keep(last.isascii(), "a name that is not ASCII")
    keep(len(b"/".join(parts)) <= 100, "a folder's name of more than 100 bytes")
    keep(all(part and part[-1:] not in b". " for part in parts), "a folder that leads elsewhere")
    stems = {part.partition(b".")[0].rstrip(b" ").lower() for part in parts}
    keep(not stems & DEVICES, "a folder with the name of a device")
    odd = [each for each in member.name if each < 0x20 or each in b'"*:<>?\\|\x7f']
    keep(not odd, "a sign in a name that some system takes otherwise")
    kind, folder = member.attributes >> 28, member.name.endswith(b"/")
    keep(kind in ((0, 4) if folder else (0, 8)), "a mark of something else than a file or folder")
    keep(folder or not member.attributes & 0x10, "a file marked as a folder")


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a zip file in which every reader must see the same (COPY.md)."""
    *members, directory = _central(data)
    keep(members[0].offset == 0, "the first member is not at the beginning")
    keep(sum(member.sizes[2] for member in members) <= 2**30, "more than 1 GiB")
    marks = {member.common[0] & 0x0800 for member in members if not member.name.isascii()}
    keep(len(marks) < 2, "a folder that is spelled in two ways")
    files: dict[str, bytes] = {}
    folders, within = set(), set()
    for member, behind in pairwise([*members, directory]):
        _plain(member)
        content = _content(data, member, behind.offset)
        folder, last = _name(member)
        if not last:
            keep(not content and folder, "a folder with content")
            folders.add(folder)
            continue
        keep(last not in files, "a name twice")
        within.add(folder)
        files[last] = content
    keep(len(within) == 1, "files in several folders, or none")
    keep(all(next(iter(within)).startswith(each) for each in folders), "a folder beside the files")
    return files


def is_packed_again(data: bytes) -> bool:
    """Whether two things in the central directory are not as a copy's own has them (COPY.md)."""
    try:
        *members, _ = _central(data)
    except NotRead:
        return False
    lower = sum(a.name > b.name for a, b in pairwise(members))
    return lower + sum(not member.own for member in members) >= 2


def unpack(data: bytes, *, packed_again: bool) -> dict[str, bytes]:
    """The files of a zip file in its one spelling or, of a copy, of one that was packed again."""
    try:
        files = unzip(data)
        if all(name.isascii() for name in files) and pack(files) == data:
            return files
        reason = "not in its one spelling"
    except NotRead as error:
        files, reason = {}, str(error)
    need(packed_again and is_packed_again(data), "form", f"the zip file: {reason}")
    if not files:
        raise Unchecked("zip", f"not read: {reason}; unpack it and check the folder")
    return files


# --- Copies and bundles -----------------------------------------------------------------------


def read_files(path: Path, *, packed_again: bool) -> dict[str, bytes]:
    """The files of a copy or bundle, from its directory or zip file."""
    if path.is_dir():
        files = {}
        with os.scandir(path) as entries:
            for entry in entries:
                plain = entry.is_file(follow_symlinks=False)
                need(plain, "form", f"{entry.name!r} is not a plain file")
                files[entry.name] = Path(entry.path).read_bytes()
        return files
    if not path.is_file():
        raise Unchecked("nothing_there", f"{path} is neither a directory nor a file")
    return unpack(path.read_bytes(), packed_again=packed_again)


def read_common(files: Mapping[str, bytes], names: set[str], policy: str, form: str) -> Any:
    """The steps that copies and bundles share before their records: tree head and manifest."""
    try:
        manifest = load(files.get("manifest.json", b"").decode())
    except (ValueError, RecursionError) as error:
        raise Refused("manifest", "manifest.json is not there, or not JSON") from error
    need(isinstance(manifest, dict), "manifest", "manifest.json is no object")
    need(manifest.get("format") == form, "format", f"not of the format {form}")
    need(names <= set(files), "form", f"not there: {', '.join(sorted(names - set(files)))}")
    others = [name for name in set(files) - names if not is_text(name, FILE_NAME)]
    need(not others, "form", f"files that do not belong there: {sorted(others)}")
    keys = read_policy(policy)
    lines = "".join(key.vkey + "\n" for key in keys).encode()
    need(files["policy"] == lines, "file", "`policy` is not the one that was given")
    head = open_checkpoint(files["checkpoint"], keys)
    return head, manifest


@dataclass
class Line:
    """One line of records, and what is said in it (nothing, where its content is gone)."""

    index: int
    leaf: dict[str, Any]
    whole: dict[str, Any]
    said: dict[str, Any]


def read_lines(data: bytes, head: Head, name: str, forms: Sequence[set[str]]) -> list[Line]:
    """The lines of a file, each proved, and with what it says held to its leaf."""
    need(not data or data.endswith(b"\n"), "form", f"{name}: the last line has no end")
    lines = []
    for number, text in enumerate(data.split(b"\n")[:-1], 1):
        what = f"{name}: line {number}"
        whole = read(text, "form", what)
        more = set(whole) - {"archive_index", "leaf", "proof"}
        good = len(whole) == len(more) + 3 and more in forms
        need(good and is_int(whole["archive_index"]), "form", f"{what}: its members")
        leaf_bytes = canonical(whole["leaf"])
        leaf = check_leaf(leaf_bytes, what)
        need(leaf["kind"] == "record", "leaf", f"{what}: not a record's leaf")
        check_proof(whole["proof"], whole["archive_index"], leaf_bytes, head)
        said = whole.get("shown", whole.get("seen", {}))
        if more:
            _check_content(whole, leaf, said, what)
        lines.append(Line(whole["archive_index"], leaf, whole, said))
    return lines


def _check_content(whole: Any, leaf: dict[str, Any], said: Any, what: str) -> None:
    """Raise unless what is said is what the leaf commits to."""
    for name in set(whole) & {"salt_s", "salt_k", "shown_sha256", "kept_sha256"}:
        need(is_text(whole[name], HEX32), "form", f"{what}: `{name}`")
    need(isinstance(said, dict), "form", f"{what}: what is said is no object")
    if "kept" in whole:
        need(isinstance(whole["kept"], dict), "form", f"{what}: `kept` is no object")
        kept = sha(bytes.fromhex(whole["salt_k"]), canonical(whole["kept"]))
    else:
        kept = bytes.fromhex(whole["kept_sha256"])
    if "shown" in whole:
        shown = sha(bytes.fromhex(whole["salt_s"]), canonical(said))
    else:
        shown = bytes.fromhex(whole["shown_sha256"])
    need(commitment(shown, kept) == leaf["pt"], "content", f"{what}: the leaf has another `pt`")
    check_said(said, leaf, "content", what)
    actor, payload = said.get("actor"), said.get("payload")
    good = isinstance(actor, dict) and isinstance(actor.get("id"), str)
    need(good and isinstance(payload, dict), "content", f"{what}: no actor's id, or no payload")
    assert isinstance(payload, dict)
    if leaf["type"] == "notice.accepted" and "text" in payload:
        words = f"{payload.get('title')}\n{payload['text']}".encode()
        notice = payload.get("notice")
        good = isinstance(payload.get("title"), str) and isinstance(payload["text"], str)
        need(good and notice == sha(words).hex(), "notice", f"{what}: another notice's SHA-256")


def file_lists(lines: Iterable[Line], files: Mapping[str, bytes]) -> tuple[Any, Any]:
    """What the manifest says of the files that lines list: those contained, and those not."""
    names: dict[str, str] = {}
    contained, absent = [], []
    for line in lines:
        listed = listed_files(line.said, str(line.index), "form")
        if "kept" in line.whole:
            listed += listed_files(line.whole["kept"], str(line.index), "form")
        for one in listed:
            digest, name = one.get("sha256"), one.get("name")
            good = is_text(digest, HEX32) and isinstance(name, str)
            need(good, "form", f"{line.index}: a file without name or SHA-256")
            end = str(name).rpartition(".")[2].lower()
            dotted = "." + end if is_text(end, r"[a-z0-9]{1,8}") else ""
            file = names.setdefault(str(digest), f"file-{digest}{dotted}")
            if file in files:
                contained.append({**one, "record": line.index, "file": file})
            else:
                absent.append({**one, "record": line.index})
    return contained, absent


def check_files(files: Mapping[str, bytes], contained: Sequence[Any], names: set[str]) -> None:
    """Raise unless each further file is one that a line lists, with the SHA-256 of its name."""
    listed = {one["file"] for one in contained}
    for name in set(files) - names:
        need(name in listed, "form", f"{name} is listed by no record under this name")
        need(sha(files[name]).hex() == name[5:69], "file", f"{name}: another SHA-256")


def check_manifest(files: Mapping[str, bytes], head: Head, follows: dict[str, Any]) -> None:
    """Raise unless manifest.json is the one that follows."""
    follows["checkpoint"] = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
    follows["files"] = [
        {"name": name, "size": len(data), "sha256": sha(data).hex()}
        for name, data in sorted(files.items())
        if name != "manifest.json"
    ]
    text = json.dumps(follows, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    need(text.encode() == files["manifest.json"], "file", "manifest.json is not what follows")


def check_claims(manifest: dict[str, Any], form: str, which: str) -> dict[str, Any]:
    """The sentences of a manifest, if they are those published."""
    claims = {name: manifest.get(name, []) for name in ("does_not_prove", "proves")}
    require_published(form, "claims", canonical(claims), which)
    return claims


def check_chain(lines: Sequence[Line], code: str) -> None:
    """Raise unless each record that follows another's number names it."""
    for before, line in pairwise(lines):
        follows = line.leaf["stream"] == before.leaf["stream"]
        follows = follows and line.leaf["conv_seq"] == before.leaf["conv_seq"] + 1
        good = not follows or line.leaf["prev"] == before.leaf["pt"]
        need(good, code, f"{line.index}: `prev` is not the record before")


def places(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """Stream and number of each line."""
    return [(line.leaf["stream"], line.leaf["conv_seq"]) for line in lines]


# --- Copies -----------------------------------------------------------------------------------


def read_named(copy: Any, form: str) -> None:
    """Raise unless a manifest names a copy, with the members of its format."""
    names = {"extents", "language", "person", "v"}
    if form == COPY_FORMAT:
        names |= {"files", "lines", "until"}
    version = 2 if form == COPY_FORMAT else 1
    good = isinstance(copy, dict) and set(copy) == names and same(copy["v"], version)
    good = good and copy["language"] in ("en", "pl") and isinstance(copy["person"], str)
    good = good and 1 <= len(copy["person"]) <= 200 and isinstance(copy["extents"], list)
    if good and form == COPY_FORMAT:
        files = copy["files"]
        good = is_text(copy["lines"], HEX32) and isinstance(files, list)
        good = good and is_int(copy["until"], 0)
        good = good and all(is_text(one, HEX32) for one in files)
        good = good and all(a < b for a, b in pairwise(files))
    need(good, "manifest", "the manifest names no copy")
    read_extents(copy)


def read_extents(copy: Any) -> list[tuple[str, int, int]]:
    """The extents of what a manifest names, by stream and number, apart from each other."""
    extents: list[tuple[str, int, int]] = []
    for one in copy["extents"]:
        good = isinstance(one, dict) and set(one) == {"stream", "first", "last"}
        good = good and _is_member("stream", one["stream"]) and is_int(one["first"], 1)
        good = good and is_int(one["last"], 1) and one["first"] <= one["last"]
        need(good, "manifest", "an extent in another form")
        extents.append((one["stream"], one["first"], one["last"]))
    for (stream, _, last), (other, first, _) in pairwise(extents):
        apart = stream < other or (stream == other and first >= last + 2)
        need(apart, "manifest", "extents that are not in order, or not apart")
    return extents


class Membership:
    """When a person could read one conversation, as its records say."""

    def __init__(self, person: str) -> None:
        self._person = person
        self.ranges: list[list[int | None]] = []

    @property
    def there(self) -> bool:
        """Whether the person is a member."""
        return bool(self.ranges) and self.ranges[-1][1] is None

    def take(self, line: Line) -> None:
        """Take what a record says of the person."""
        kind, payload = line.leaf["type"], line.said.get("payload", {})
        if kind not in MEMBERSHIP:
            return
        if not line.said:
            return
        if kind == "conversation.created":
            members = payload.get("members")
            if isinstance(members, list) and self._person in members:
                self.ranges.append([1, None])
        elif kind == "member.left":
            if line.said["actor"]["id"] == self._person:
                self._end(line)
        elif payload.get("person") == self._person:
            if kind == "member.removed":
                self._end(line)
                return
            first = payload.get("from_seq")
            good = is_int(first, 1) and first <= line.leaf["conv_seq"]
            need(good, "extent", f"{line.index}: `from_seq`")
            if kind == "member.added":
                self.ranges.append([int(first), None])
            elif self.ranges:
                self.ranges[-1][0] = min(int(first), int(self.ranges[-1][0] or 1))

    def _end(self, line: Line) -> None:
        """End the membership that began last with this record."""
        if self.ranges:
            self.ranges[-1][1] = line.leaf["conv_seq"]

    def extents(self, last: int) -> list[tuple[int, int]]:
        """The ranges, where what touches or overlaps is one."""
        found: list[tuple[int, int]] = []
        ends = ((int(a or 1), last if b is None else b) for a, b in self.ranges)
        for first, end in sorted(ends):
            if found and first <= found[-1][1] + 1:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((first, end))
        return found


def reasons(line: Line, within: bool, known: bool, there: bool) -> tuple[bool, bool]:
    """Whether something must be left out of a line, and whether something is told in spite of it.

    `within` is whether a reply quotes a number of the copy, `known` whether the target is a
    message of the copy, `there` whether the person was.
    """
    kind, payload = line.leaf["type"], line.said["payload"]
    if kind == "message.edited" and not known:
        return True, not set(payload) <= {"target"}
    if kind == "reaction.changed" and not known:
        return True, bool(payload)
    reply, forward = payload.get("reply_to"), payload.get("forward")
    found = told = False
    if kind == "message.sent" and isinstance(reply, dict) and not within:
        found, told = True, not set(reply) <= {"event_id", "conv_seq"}
    if kind == "message.sent" and isinstance(forward, dict) and not there:
        found, told = True, told or not set(forward) <= {"at"}
    return found, told


def check_extents(copy: Any, lines: Sequence[Line]) -> bool:
    """Step 5: the extents and what is left out; whether they are from joining to leaving."""
    extents = read_extents(copy)
    expected = ((stream, n) for stream, first, last in extents for n in range(first, last + 1))
    total = sum(last - first + 1 for _, first, last in extents)
    good = total == len(lines) and places(lines) == list(expected)
    need(good, "extent", "the records are not exactly those of the extents")
    check_chain(lines, "extent")
    from_joining = True
    for stream in dict.fromkeys(extent[0] for extent in extents):
        own = [(first, last) for name, first, last in extents if name == stream]
        of_stream = [line for line in lines if line.leaf["stream"] == stream]
        membership = Membership(copy["person"])
        sure = all(line.said for line in of_stream if line.leaf["type"] in MEMBERSHIP)
        messages: set[str] = set()
        for line in of_stream:
            membership.take(line)
            _check_left_out(line, own, messages, membership.there)
            if line.leaf["type"] == "message.sent":
                messages.add(line.leaf["event_id"])
        from_joining = from_joining and sure
        good = not sure or membership.extents(own[-1][1]) == own
        need(good, "extent", f"{stream}: not from each joining to each leaving")
    return from_joining


def _check_left_out(
    line: Line, own: Sequence[tuple[int, int]], messages: set[str], there: bool
) -> None:
    """Raise unless a line leaves out what it must, and nothing else."""
    if not line.said:
        return
    apart = line.leaf["type"] in OF_ONE_CLIENT and not there
    need(not apart, "extent", f"{line.index}: content about another client")
    payload = line.said["payload"]
    reply = payload.get("reply_to")
    number = reply.get("conv_seq") if isinstance(reply, dict) else None
    within = any(is_int(number) and a <= int(number or 0) <= b for a, b in own)
    target = payload.get("target")
    known = isinstance(target, str) and target in messages
    found, told = reasons(line, within, known, there)
    need(not told, "extent", f"{line.index}: it tells what this person could not see")
    need(found or "shown" in line.whole, "extent", f"{line.index}: hidden without a reason")


def check_made(data: bytes, head: Head, copy: Any) -> str:
    """The time of the record of copy-made.json, if it is in the log and names this copy."""
    made = read_lines(data, head, "copy-made.json", [{"shown", "salt_s", "kept_sha256"}])
    need(len(made) == 1, "made", "copy-made.json is not one line")
    leaf, payload = made[0].leaf, made[0].said["payload"]
    of_copies = (leaf["stream"], leaf["type"]) == ("identity", "copy.made")
    need(of_copies, "made", "copy-made.json is no record of a copy")
    named = payload.get("copy") == sha(canonical(copy)).hex()
    named = named and payload.get("person") == copy["person"]
    need(named, "made", "copy-made.json names another copy")
    need(copy["until"] <= made[0].index, "made", "`until` is behind copy-made.json")
    return str(leaf["at"])


def check_held(files: Mapping[str, bytes], lines: Sequence[Line], copy: Any) -> None:
    """Raise unless the copy has the lines and files that its name says, and no other."""
    state = hashlib.sha256()
    for line in lines:
        rest = {name: value for name, value in line.whole.items() if name != "proof"}
        state.update(canonical(rest) + b"\n")
    need(state.hexdigest() == copy["lines"], "made", "other lines than copy.made names")
    below = all(line.index < copy["until"] for line in lines)
    need(below, "extent", "a record that is not below `until`")
    further = sorted(name[5:69] for name in set(files) - OF_COPY)
    need(further == copy["files"], "made", "other files than copy.made names")


def copy_format(files: Mapping[str, bytes], format_4: bool) -> str:
    """The format to check a copy by: the one before only where the caller says that it is that."""
    try:
        stated = load(files.get("manifest.json", b"").decode())
    except (ValueError, RecursionError):
        return COPY_FORMAT
    before = isinstance(stated, dict) and stated.get("format") == COPY_FORMAT_4
    return COPY_FORMAT_4 if before and format_4 else COPY_FORMAT


@storage()
def verify_copy(path: Path, policy: str, *, format_4: bool = False) -> Report:
    """Check a client's own copy as COPY.md says."""
    files = read_files(path, packed_again=True)
    form = copy_format(files, format_4)
    names = OF_COPY if form == COPY_FORMAT else OF_COPY_4
    head, manifest = read_common(files, names, policy, form)
    copy = manifest.get("copy")
    read_named(copy, form)
    made_at = None
    if form == COPY_FORMAT:
        made_at = check_made(files["copy-made.json"], head, copy)
    forms: list[set[str]] = [
        {"shown", "salt_s", "kept_sha256"},
        {"seen", "shown_sha256", "kept_sha256"},
        set(),
    ]
    lines = read_lines(files["records.jsonl"], head, "records.jsonl", forms)
    from_joining = check_extents(copy, lines)
    contained, absent = file_lists(lines, files)
    check_files(files, contained, names)
    if form == COPY_FORMAT:
        check_held(files, lines, copy)
    language = copy["language"]
    records = {
        "count": len(lines),
        "withheld": sum("seen" in line.whole for line in lines),
        "without_content": sum(not line.said for line in lines),
        "types": dict(Counter(line.leaf["type"] for line in lines)),
        "files": contained,
        "files_not_contained": absent,
    }
    follows = {"format": form, "copy": copy, "records": records}
    follows["copy_sha256"] = sha(canonical(copy)).hex()
    follows |= check_claims(manifest, form, language)
    require_published(form, "README.txt", files["README.txt"], language)
    require_published(form, "verify.html", files["verify.html"])
    check_manifest(files, head, follows)
    report = Report("copy", head.size, len(lines), remarks=[UNCOMPARED])
    report.from_joining_to_leaving = from_joining
    report.complete, report.made_at = made_at is not None, made_at
    report.until = copy.get("until")
    return report


# --- Bundles ----------------------------------------------------------------------------------


def read_slice(what: Any) -> None:
    """Raise unless a manifest's slice has its members and no other."""
    good = isinstance(what, dict) and set(what) == {"case", "language", "v", "what"}
    good = good and same(what["v"], 1) and what["language"] in ("en", "pl")
    good = good and isinstance(what["case"], str) and isinstance(what["what"], dict)
    need(good, "manifest", "the manifest names no slice")
    part = what["what"]
    members = {"range": {"kind", "stream", "first", "last", "asked"}, "search": {"kind", "asked"}}
    kind = part.get("kind")
    good = isinstance(kind, str) and set(part) == members.get(kind)
    if good and kind == "range":
        good = (
            is_int(part["first"], 1) and is_int(part["last"], 1) and part["first"] <= part["last"]
        )
        good = good and _is_member("stream", part["stream"])
    asked = part.get("asked")
    good = good and isinstance(asked, dict)
    good = good and all(isinstance(text, str) and len(text) <= 2000 for text in asked.values())
    need(good, "manifest", "the manifest names no slice")


def check_audit(lines: Sequence[Line], asked: dict[str, Any]) -> dict[str, Any]:
    """The export that the last access record is, if the records are the case's, complete."""
    expected = [("access:" + asked["case"], n) for n in range(1, len(lines) + 1)]
    good = bool(lines) and places(lines) == expected and lines[0].leaf["prev"] == ZEROS
    need(good, "order", "audit.jsonl has not every access record of the case")
    check_chain(lines, "order")
    last = lines[-1]
    good = last.said and last.said["payload"].get("slice") == sha(canonical(asked)).hex()
    need(good, "manifest", "the last access record is of another slice")
    return {"actor": last.said["actor"], "at": last.leaf["at"], "event_id": last.leaf["event_id"]}


def check_notes(notes: Sequence[Line], records: Sequence[Line]) -> None:
    """Raise unless each note is one about a record of the bundle."""
    ids = {line.leaf["event_id"] for line in records}
    derived = {
        sha(f"{rule}\0{each}".encode()).hex()[:32]: each for each in ids for rule in RULES.values()
    }
    for note in notes:
        leaf, payload = note.leaf, note.said.get("payload", {})
        need(leaf["stream"] == "policy", "content", f"{note.index}: no note")
        about, message = payload.get("event"), payload.get("message")
        rule = RULES.get(leaf["type"])
        own = sha(f"{rule}\0{message}".encode()).hex()[:32]
        if not about and message:
            follows = rule is None or own == leaf["event_id"]
            about = message if follows else derived.get(leaf["event_id"])
        good = isinstance(about, str) and about in ids
        need(good, "content", f"{note.index}: about none of the records")


def summary(lines: Sequence[Line], contained: Any, absent: Any) -> dict[str, Any]:
    """What a bundle's manifest says of a file of lines."""
    streams: dict[str, list[int]] = {}
    for stream, number in places(lines):
        streams.setdefault(stream, []).append(number)
    return {
        "count": len(lines),
        "files": contained,
        "files_not_contained": absent,
        "streams": [
            {"stream": name, "first": min(all_), "last": max(all_), "count": len(all_)}
            for name, all_ in sorted(streams.items())
        ],
        "types": dict(Counter(line.leaf["type"] for line in lines)),
        "without_content": sum(not line.said for line in lines),
    }


@storage()
def verify_bundle(path: Path, policy: str) -> Report:
    """Check a bundle as BUNDLE.md says."""
    files = read_files(path, packed_again=False)
    head, manifest = read_common(files, OF_BUNDLE, policy, BUNDLE_FORMAT)
    asked = manifest.get("slice")
    read_slice(asked)
    forms: list[set[str]] = [{"shown", "kept", "salt_s", "salt_k"}, set()]
    parts = {}
    for name in ("records", "audit", "notes"):
        lines = read_lines(files[f"{name}.jsonl"], head, f"{name}.jsonl", forms)
        good = all(a.index < b.index for a, b in pairwise(lines))
        need(good, "order", f"{name}.jsonl: lines that are not by archive_index")
        parts[name] = lines
    what = asked["what"]
    if what["kind"] == "range":
        expected = ((what["stream"], n) for n in range(what["first"], what["last"] + 1))
        good = len(parts["records"]) == what["last"] - what["first"] + 1
        need(good and places(parts["records"]) == list(expected), "order", "not the whole range")
        check_chain(parts["records"], "order")
    export = check_audit(parts["audit"], asked)
    check_notes(parts["notes"], parts["records"])
    follows: dict[str, Any] = {"format": BUNDLE_FORMAT, "slice": asked, "export": export}
    follows["slice_sha256"] = sha(canonical(asked)).hex()
    for name, lines in parts.items():
        contained, absent = file_lists(lines, files if name == "records" else {})
        follows[name] = summary(lines, contained, absent)
    check_files(files, follows["records"]["files"], OF_BUNDLE)
    follows |= check_claims(manifest, BUNDLE_FORMAT, what["kind"])
    require_published(BUNDLE_FORMAT, "README.txt", files["README.txt"], "en")
    require_published(BUNDLE_FORMAT, "records.schema.json", files["records.schema.json"])
    check_manifest(files, head, follows)
    return Report("bundle", head.size, len(parts["records"]), remarks=[UNCOMPARED])


# --- The command ------------------------------------------------------------------------------


def _kind(path: Path) -> str:
    """What a path seems to be: archive, bundle or copy."""
    if path.is_file():
        return "copy" if b"verify.html" in path.read_bytes() else "bundle"
    if (path / "tails").is_dir() or (path / "checkpoints").is_file():
        return "archive"
    if (path / "verify.html").is_file():
        return "copy"
    return "bundle" if (path / "manifest.json").is_file() else "archive"


def _run(options: argparse.Namespace) -> Report:
    """Check what the options name."""
    policy = options.policy.read_text(encoding="utf-8")
    kind = _kind(options.archive)
    more = options.checkpoint or options.replica or options.key_store or options.opening_key
    if options.bundle:
        return verify_bundle(options.archive, policy)
    if kind == "bundle":
        raise Unchecked("wrong_kind", "this is a bundle: say --bundle")
    if kind == "copy":
        if more:
            raise Unchecked("arguments", "these options are for archives")
        return verify_copy(options.archive, policy, format_4=options.format_4)
    return verify_archive(
        options.archive,
        policy,
        given=options.checkpoint.read_bytes() if options.checkpoint else None,
        replica=options.replica,
        key_stores=options.key_store,
        opening_keys=[path.read_bytes() for path in options.opening_key],
        lost_below=options.lost_below,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 is verified, 1 not verified, 2 could not be checked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--policy", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    for name in ("--replica", "--json", "--bundle", "--format-4"):
        parser.add_argument(name, action="store_true")
    for name in ("--key-store", "--opening-key"):
        parser.add_argument(name, type=Path, action="append", default=[])
    parser.add_argument("--lost-below", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        answer = {"verified": True, **asdict(_run(options))}
        status = 0
    except Refused as error:
        status = 2 if isinstance(error, Unchecked) else 1
        answer = {"verified": False, "code": error.code, "text": error.text}
    except (OSError, UnicodeDecodeError) as error:
        status, answer = 2, {"verified": False, "code": "storage", "text": str(error)}
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print("\n".join(f"{name}: {value}" for name, value in answer.items()))
    return status


if __name__ == "__main__":
    sys.exit(main())
