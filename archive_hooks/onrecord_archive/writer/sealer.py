"""Seals records: makes the data keys, stores them, and gives the entries to append.

A data key lives in this process's memory alone and ends with the process, the log's epoch, the
key epoch or the UTC day of `at`. So a nonce, a counter under its key, can never repeat.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import UNSET

from onrecord_archive.format.epoch_key import SUITE_ID, SealingKey
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.leaf import KeyLeaf, RecordHeader, decode_leaf, encode_leaf, insert_ct
from onrecord_archive.format.seal import DATA_KEY_SIZE, Plain, seal_body, seal_data_key
from onrecord_archive.format.tail import Kind
from onrecord_archive.writer.entries import Entry, RecordInput
from onrecord_archive.writer.key_store import KeyStore

Entropy: TypeAlias = Callable[[int], bytes]
"""Gives n random bytes, as os.urandom does."""
_KEY_ID_SIZE: Final = 16


class _DataKey:
    """A data key in use and the counter of its nonces."""

    __slots__ = ("cipher", "counter", "day", "key_id")

    def __init__(self, key_id: str, day: str, key: bytes) -> None:
        self.key_id = key_id
        self.day = day
        self.cipher = AESGCM(key)
        self.counter = 0


class Sealer:
    """Seals batches for one log. Used from one thread at a time.

    A batch that was sealed is appended, or `end_keys` is called: its key leaves are in no log.
    (After WriteFailed the new tail has a new epoch, which ends the keys by itself.)
    """

    def __init__(
        self,
        key_stores: Sequence[KeyStore],
        sealing: SealingKey,
        *,
        entropy: Entropy = os.urandom,
    ) -> None:
        """Seal to `sealing`; every new key goes into each of `key_stores` (at least one)."""
        if not key_stores:
            raise BadFormat("a sealer needs a key store")
        self._stores = tuple(key_stores)
        sealing.public()
        self._sealing = sealing
        self._entropy = entropy
        self._keys: dict[tuple[str, str], _DataKey] = {}
        self._epoch = 0
        self._newest_day = ""

    def seal(self, records: Sequence[RecordInput], first_index: int, *, epoch: int) -> list[Entry]:
        """Return the entries to append at `first_index` (LogWriter.size), key leaves included.

        `epoch` is LogWriter.epoch: data keys end with it. New keys are durable in every store
        when this returns. Raises BadFormat (a record is not as RecordInput says; nothing was
        stored), WriteFailed or SyncFailed (of a key store).
        """
        if epoch != self._epoch:
            self.end_keys()
            self._epoch = epoch
        plains = [_plain(record) for record in records]
        new_keys: list[tuple[KeyLeaf, bytes]] = []
        entries: list[Entry] = []
        try:
            for record, plain in zip(records, plains, strict=True):
                key = self._keys.get((record.stream, record.retention_class))
                if key is None or key.day != record.at[:10]:
                    key, leaf, sealed = self._make_key(record)
                    new_keys.append((leaf, sealed))
                    entries.append(_key_entry(first_index + len(entries), leaf))
                entries.append(_record_entry(first_index + len(entries), record, plain, key))
            if new_keys:
                for store in self._stores:
                    store.add(new_keys)
        except BaseException:
            self.end_keys()  # some of them may be in no store
            raise
        return entries

    def prove_room(self, size: int) -> None:
        """Write `size` bytes to each key store and take them back. Raises WriteFailed."""
        for store in self._stores:
            store.prove_room(size)

    def require_in_place(self) -> None:
        """Raise as KeyStore.require_in_place, of each key store. A few calls of stat."""
        for store in self._stores:
            store.require_in_place()

    def require_whole(self) -> None:
        """Raise as KeyStore.require_whole, of each key store. Any thread may ask."""
        for store in self._stores:
            store.require_whole()

    def end_keys(self) -> None:
        """Forget every data key; the next record of each stream gets a new one."""
        self._keys.clear()

    def use(self, sealing: SealingKey) -> None:
        """Seal to another key epoch from the next record on."""
        sealing.public()
        self._sealing = sealing
        self.end_keys()

    def _make_key(self, record: RecordInput) -> tuple[_DataKey, KeyLeaf, bytes]:
        day = record.at[:10]
        if day > self._newest_day:
            self._keys.clear()  # the keys of the days before have ended
            self._newest_day = day
        data_key = self._entropy(DATA_KEY_SIZE)
        draft = KeyLeaf(
            class_=record.retention_class,
            day=day,
            epoch=self._sealing.epoch,
            key_id=self._entropy(_KEY_ID_SIZE).hex(),
            sha256="",
            stream=record.stream,
            suite_id=SUITE_ID,
        )
        sealed = seal_data_key(data_key, self._sealing, draft)
        leaf = msgspec.structs.replace(draft, sha256=sha256(sealed).hexdigest())
        key = _DataKey(leaf.key_id, day, data_key)
        self._keys[record.stream, record.retention_class] = key
        return key, leaf, sealed


def _plain(record: RecordInput) -> bytes:
    """Return what is encrypted; raises BadFormat if `pt` is not that of the record."""
    plain = Plain(record.shown, record.salt_s, record.kept, record.salt_k)
    if plain.pt() != record.pt or len(record.salt_s) != 32 or len(record.salt_k) != 32:
        raise BadFormat(f"record {record.event_id} has another pt")
    return plain.encode()


def _key_entry(index: int, leaf: KeyLeaf) -> Entry:
    data = encode_leaf(leaf)
    decode_leaf(data)
    return Entry(index=index, kind=Kind.KEY, leaf=data, body=b"", key_id=leaf.key_id)


def _record_entry(index: int, record: RecordInput, plain: bytes, key: _DataKey) -> Entry:
    header = encode_leaf(
        RecordHeader(
            at=record.at,
            blob=record.blob,
            class_=record.retention_class,
            conv_seq=record.conv_seq,
            event_id=record.event_id,
            key_id=key.key_id,
            msg_no=UNSET if record.msg_no is None else record.msg_no,
            prev=record.prev.hex(),
            pt=record.pt.hex(),
            stream=record.stream,
            type=record.type,
        )
    )
    body = seal_body(key.cipher, key.counter, plain, header)
    key.counter += 1
    ct = sha256(body)
    leaf = insert_ct(header, ct.digest())
    decode_leaf(leaf)  # what is once in the log stays: refuse it here
    return Entry(
        index=index,
        kind=Kind.RECORD,
        leaf=leaf,
        body=body,
        key_id=key.key_id,
        event_id=record.event_id,
        ct=ct.hexdigest(),
    )
