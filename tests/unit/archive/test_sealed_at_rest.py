"""Nothing that was recorded, and no key that opens it, lies readable in the archive's files."""

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord_archive.format import seal
from onrecord_archive.format.epoch_key import SealingKey
from onrecord_archive.format.leaf import KeyLeaf
from onrecord_archive.writer import blob_store, sealer
from tests.rig.at_rest import readable
from tests.unit.archive.building import Workshop

TEXT = "zugzwang on the 25th"
FILE = b"the offer, as agreed " * 40
SEAL_DATA_KEY = seal.seal_data_key


def recorded(workshop: Workshop) -> dict[str, bytes]:
    """Record a message with a file; return what must lie nowhere."""
    keys: list[bytes] = []

    def entropy(size: int) -> bytes:
        drawn = os.urandom(size)
        keys.extend([drawn] if size == seal.DATA_KEY_SIZE else [])
        return drawn

    sealing = workshop.opening_keys[0].sealing()
    workshop.sealer = sealer.Sealer(workshop.stores, sealing, entropy=entropy)
    stored = workshop.store_file(FILE)
    workshop.append([workshop.journal.record(text=TEXT, attached=stored)])
    workshop.log.integrate(workshop.log.size)
    secrets = {f"data key {n}": key for n, key in enumerate(keys)}
    assert secrets
    return secrets | {"text": TEXT.encode(), "file": FILE[:60], "file's key": stored.key}


@pytest.mark.promise("P8")
def test_no_text_no_file_and_no_key_is_readable(workshop: Workshop) -> None:
    assert readable(workshop.root, recorded(workshop)) == {}


def plain_body(cipher: AESGCM, counter: int, plain: bytes, header: bytes) -> bytes:
    """A body that is not encrypted."""
    return counter.to_bytes(seal.NONCE_SIZE, "big") + plain + bytes(seal.TAG_SIZE)


def kept_key(data_key: bytes, sealing: SealingKey, leaf: KeyLeaf) -> bytes:
    """A data key that is sealed, and kept beside it as it is."""
    return SEAL_DATA_KEY(data_key, sealing, leaf) + data_key


DEFECTS = {
    "a body that is not sealed": (sealer, "seal_body", plain_body, {"text", "file's key"}),
    "a data key that is kept": (sealer, "seal_data_key", kept_key, {"data key 0", "data key 1"}),
    "a file that is not sealed": (blob_store, "seal_chunks", lambda key, id, data: data, {"file"}),
}


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.promise("P8", planted=True)
def test_control_what_is_not_sealed_is_found(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    module, name, planted, found = DEFECTS[defect]
    monkeypatch.setattr(module, name, planted)
    assert readable(workshop.root, recorded(workshop)).keys() == found
