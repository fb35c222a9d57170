"""Writes an archive that any verifier should doubt, signed well: what a stolen log key can do."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.leaf import Leaf, RecordLeaf, decode_leaf, encode_leaf, without_ct
from onrecord_archive.format.seal import Plain, seal_body
from onrecord_archive.format.signer import Signer, sign_checkpoint
from onrecord_archive.format.tail import Kind, encode_frame
from onrecord_archive.format.tiles import TileStack, encode_bundle
from onrecord_archive.format.tree import leaf_hash
from tests.unit.archive.building import ORIGIN, Workshop


@dataclass
class Forged:
    """One entry to write; change it as you like."""

    kind: Kind
    leaf: bytes
    body: bytes = b""

    @property
    def decoded(self) -> Leaf:
        return decode_leaf(self.leaf)

    def change(self, **members: object) -> None:
        """Change members of the leaf; the body stays."""
        self.leaf = encode_leaf(msgspec.structs.replace(self.decoded, **members))

    def change_body(self, body: bytes) -> None:
        """Put another body, named by the leaf."""
        self.body = body
        self.change(ct=sha256(body).hexdigest())

    def reseal(self, data_key: bytes, plain: Plain, *, pt: bytes | None = None) -> None:
        """Seal another plaintext under the same leaf, with the same nonce."""
        self.change(pt=(pt or plain.pt()).hex())
        counter = int.from_bytes(self.body[:12], "big")
        sealed = seal_body(AESGCM(data_key), counter, plain.encode(), without_ct(self.leaf))
        self.change_body(sealed)


KINDS = {"record": Kind.RECORD, "key": Kind.KEY, "tail": Kind.TAIL}


def entries_of(workshop: Workshop) -> list[Forged]:
    """Return all entries of an archive of one tail."""
    reader = workshop.reader()
    stored = reader.entries(0, workshop.log.size)
    return [Forged(KINDS[entry.kind], entry.leaf, entry.body) for entry in stored]


def records(entries: list[Forged]) -> list[tuple[int, RecordLeaf]]:
    """Return index and leaf of each record."""
    found = [(index, entry.decoded) for index, entry in enumerate(entries)]
    return [(index, leaf) for index, leaf in found if isinstance(leaf, RecordLeaf)]


def forge(root: Path, entries: list[Forged], signers: list[Signer]) -> Path:
    """Write an archive of one tail with these entries, and sign it."""
    stack, bundle = TileStack(), []
    frames = []
    for index, entry in enumerate(entries):
        frames.append(encode_frame(1, index, entry.kind, entry.leaf, entry.body))
        bundle.append(entry.leaf)
        full = stack.append(leaf_hash(entry.leaf))
        if full:
            write(root / f"tile/entries/{index // 256:03d}", encode_bundle(bundle))
            bundle = []
        for level, n, tile in full:
            write(root / f"tile/{level}/{n:03d}", tile)
    write(root / f"tails/{1:016x}-{0:016x}", b"".join(frames))
    head = Checkpoint(ORIGIN, len(entries), stack.frontier().root())
    note = sign_checkpoint(head, signers, 1_795_512_345)
    write(root / "checkpoint", note)
    write(root / "checkpoints", note)
    return root


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
