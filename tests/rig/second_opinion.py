"""Asks both verifiers, the product's and the second one, which must answer alike."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.epoch_key import OpeningKey, encode_key_file
from onrecord_archive.format.errors import ArchiveError, NotVerified
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.verify.archive import Report, verify_archive
from onrecord_archive.verify.key_stores import KeyStoreChecker
from onrecord_archive.verify.opening import OpeningChecker
from tests.rig.promises import promised
from tests.second_verifier import verify as second


@dataclass(frozen=True, slots=True)
class Answer:
    """The exit status; of what was verified, what is void and how much was seen of what."""

    status: int
    void: tuple[tuple[str, int, int], ...] = ()
    seen: tuple[object, ...] = ()


def of_archive(
    root: Path,
    policy: Policy,
    *,
    given: Checkpoint | None = None,
    replica: bool = False,
    stores: Sequence[Path] = (),
    opening: Sequence[OpeningKey] = (),
) -> Answer:
    """What both answer about an archive."""

    def first() -> Answer:
        with ExitStack() as stack:
            keys = opener = None
            if stores:
                keys = stack.enter_context(closing(KeyStoreChecker(stores)))
            if opening:
                opener = stack.enter_context(closing(OpeningChecker(opening, stores[0])))
            return _of_report(
                verify_archive(
                    root, policy, given=given, replica=replica, key_stores=keys, opening=opener
                )
            )

    def other() -> Answer:
        return _second(root, policy, given=given, stores=stores, opening=opening, replica=replica)

    return _alike(first, other)


def confirm(
    report: Report,
    root: Path,
    policy: Policy,
    *,
    given: Checkpoint | None = None,
    stores: Sequence[Path] = (),
    opening: Sequence[OpeningKey] = (),
) -> None:
    """Have the second verifier answer the same about an archive that the product's verified."""
    _alike(
        lambda: _of_report(report),
        lambda: _second(root, policy, given=given, stores=stores, opening=opening),
    )


def _of_report(report: Report) -> Answer:
    void = sorted((each.file, each.offset, each.length) for each in report.void)
    return Answer(0, tuple(void), (report.size, report.unsigned, report.opened or 0))


def _second(
    root: Path,
    policy: Policy,
    *,
    given: Checkpoint | None,
    stores: Sequence[Path],
    opening: Sequence[OpeningKey],
    replica: bool = False,
) -> Answer:
    report = second.verify_archive(
        root,
        policy.encode(),
        given=second.Head(given.size, given.root, given.origin) if given else None,
        replica=replica,
        key_stores=stores,
        opening_keys=[encode_key_file(key) for key in opening],
    )
    return Answer(0, tuple(sorted(report.void)), (report.size, report.unsigned, report.opened))


def of_bundle(path: Path, policy: Policy) -> Answer:
    """What both answer about a bundle."""

    def first() -> Answer:
        report = verify_bundle(path, policy)
        return Answer(0, seen=(report.size, report.records))

    def other() -> Answer:
        report = second.verify_bundle(path, policy.encode())
        return Answer(0, seen=(report.size, report.entries))

    return _alike(first, other)


def of_copy(path: Path, policy: Policy, *, format_4: bool = False) -> Answer:
    """What both answer about a client's copy."""

    def first() -> Answer:
        report = verify_copy(path, policy, format_4=format_4)
        said = (report.from_joining_to_leaving, report.complete, report.made_at, report.until)
        return Answer(0, seen=(report.size, report.records, *said))

    def other() -> Answer:
        report = second.verify_copy(path, policy.encode(), format_4=format_4)
        said = (report.from_joining_to_leaving, report.complete, report.made_at, report.until)
        return Answer(0, seen=(report.size, report.entries, *said))

    return _alike(first, other)


@promised()
def _alike(first: Callable[[], Answer], other: Callable[[], Answer]) -> Answer:
    """Return what both answer; raise AssertionError, with both reasons, where they differ."""
    ours, why = _answered(first)
    theirs, other_why = _answered(other)
    assert ours == theirs, f"{ours} ({why}), the second verifier {theirs} ({other_why})"
    return ours


def _answered(ask: Callable[[], Answer]) -> tuple[Answer, object]:
    try:
        return ask(), None
    except (NotVerified, ArchiveError, second.Refused) as error:
        refused = isinstance(error, NotVerified) or (
            isinstance(error, second.Refused) and not isinstance(error, second.Unchecked)
        )
        return Answer(1 if refused else 2), f"{getattr(error, 'code', '')} {error}"
