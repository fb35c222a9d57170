"""Bundles by our own writer, and the same with its checks taken out."""

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.bundle import BundleRecord, Slice
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from tests.unit.proof_package.exports import Export

BUNDLE = "onrecord_archive.proof_package.bundle"
WRITER = "onrecord_archive.proof_package.bundle_writer"


def resaid(record: BundleRecord, old: bytes, new: bytes) -> Plain:
    assert record.content is not None
    return replace(record.content, shown=record.content.shown.replace(old, new))


class Forger:
    """Runs our own writer with its checks taken out: everything else is made to fit."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def write(
        self,
        target: Path,
        export: Export,
        *,
        slice_: Slice | None = None,
        records: list[BundleRecord] | None = None,
        audit: list[BundleRecord] | None = None,
        notes: list[BundleRecord] | None = None,
    ) -> None:
        with self._monkeypatch.context() as patched:
            patched.setattr(f"{WRITER}.check_audit", lambda *_: None)
            patched.setattr(f"{BUNDLE}.SliceCheck.add", lambda *_: None)
            patched.setattr(f"{BUNDLE}.SliceCheck.finish", lambda *_: None)
            patched.setattr(f"{WRITER}.check_notes", lambda *_: None)
            patched.setattr(f"{WRITER}.in_order", lambda each: each)
            honest(target, export, slice_=slice_, records=records, audit=audit, notes=notes)


def honest(
    target: Path,
    export: Export,
    *,
    slice_: Slice | None = None,
    records: list[BundleRecord] | None = None,
    audit: list[BundleRecord] | None = None,
    notes: list[BundleRecord] | None = None,
) -> None:
    writer = BundleWriter(target, slice_ or export.slice, export.note, export.log.policy)
    writer.write(
        export.records() if records is None else records,
        export.audit() if audit is None else audit,
        notes=export.notes() if notes is None else notes,
    )
