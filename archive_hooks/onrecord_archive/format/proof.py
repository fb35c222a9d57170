"""C2SP tlog-proof: a record's place in the log as one text that verifies offline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onrecord_archive.format.checkpoint import Checkpoint, Policy, parse_decimal
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.note import decode_base64, encode_base64
from onrecord_archive.format.tree import HASH_SIZE, leaf_hash, verify_inclusion

_FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
_MAX_HASHES: Final = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The index of a leaf, its inclusion proof, and the signed checkpoint it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the text, file extension `.tlog-proof`."""
        lines = [_FIRST_LINE]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [encode_base64(value) for value in self.hashes]
        return "\n".join((*lines, "", "")).encode() + self.checkpoint

    def verify(self, leaf: bytes, policy: Policy) -> Checkpoint:
        """Return the checkpoint that commits to `leaf` at `index`; raises NotVerified."""
        checkpoint = policy.open(self.checkpoint)
        size, root = checkpoint.size, checkpoint.root
        verify_inclusion(leaf_hash(leaf), self.index, size, self.hashes, root)
        return checkpoint


def parse_proof(data: bytes) -> TlogProof:
    """Return the proof whose one spelling is `data`; raises BadFormat. Nothing is verified."""
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadFormat("a proof that is not text") from error
    if not separator or lines.pop(0) != _FIRST_LINE:
        raise BadFormat("no tlog-proof")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise BadFormat("a proof without index")
    index = parse_decimal(lines.pop(0).removeprefix("index "))
    hashes = tuple(decode_base64(line) for line in lines)
    if len(hashes) > _MAX_HASHES or any(len(value) != HASH_SIZE for value in hashes):
        raise BadFormat("a proof's hashes have 32 bytes each, at most 63 of them")
    return TlogProof(index, hashes, checkpoint, extra)
