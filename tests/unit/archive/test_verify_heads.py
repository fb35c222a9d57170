"""The verifier on tree heads, roll-backs, forks, and on what it lists without trusting it."""

from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.note import Algorithm, Signature
from onrecord_archive.format.signer import Signer, sign_checkpoint
from onrecord_archive.verify.archive import NOT_LISTED, main, verify_archive
from onrecord_archive.writer.blob_store import BlobStore
from tests.rig.second_opinion import of_archive
from tests.unit.archive.building import Workshop
from tests.unit.archive.forging import forge
from tests.unit.archive.test_verify import reseal, two_streams, verdict


def test_without_a_given_checkpoint_freshness_is_not_claimed(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    report = verify_archive(workshop.directory, workshop.policy)
    assert report.verdict == "consistent, freshness not shown"


def test_with_one_it_is_claimed_up_to_its_size(workshop: Workshop) -> None:
    workshop.write(5)
    given = workshop.log.integrate(workshop.log.size)
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    report = verify_archive(workshop.directory, workshop.policy, given=given)
    assert given is not None
    assert report.given == given.size
    assert report.verdict.startswith(f"verified: nothing at or below {given.size} was changed")


def copy_heads(workshop: Workshop) -> dict[str, bytes]:
    names = ("checkpoint", "checkpoints")
    return {name: (workshop.directory / name).read_bytes() for name in names}


def put(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def test_a_roll_back_is_found_by_who_held_a_later_checkpoint(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    earlier = copy_heads(workshop)
    workshop.write(5)
    given = workshop.log.integrate(workshop.log.size)
    for name, data in earlier.items():
        put(workshop.directory / name, data)
    assert verdict(workshop, workshop.directory) == ("", None)
    with pytest.raises(NotVerified) as caught:
        verify_archive(workshop.directory, workshop.policy, given=given)
    assert caught.value.code == "rolled_back"


def test_a_fork_is_found_by_who_held_a_checkpoint(workshop: Workshop, tmp_path: Path) -> None:
    entries = two_streams(workshop)
    given = workshop.log.integrate(workshop.log.size)
    index = reseal(workshop, entries, payload={"text": "I never said that"})
    assert index < len(entries)
    root = forge(tmp_path / "forged", entries, workshop.signers)
    assert verdict(workshop, root, opening=True) == ("", None)
    with pytest.raises(NotVerified) as caught:
        verify_archive(root, workshop.policy, given=given)
    assert caught.value.code == "fork"


def test_entries_above_the_checkpoint_are_counted_as_unsigned(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    workshop.write(300)
    report = verify_archive(workshop.directory, workshop.policy)
    assert report.unsigned == workshop.log.size - report.size


def test_a_write_that_was_cut_short_is_listed_as_void(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    tail = workshop.tails()[0]
    put(tail, tail.read_bytes() + b"ORF1torn")
    report = verify_archive(workshop.directory, workshop.policy)
    assert [(void.length, void.why) for void in report.void] == [(8, "an unfinished write")]


def test_files_that_nothing_names_yet_are_listed_as_void(workshop: Workshop) -> None:
    workshop.log.integrate(workshop.log.size)
    BlobStore(workshop.directory).seal([b"an upload that was given up"])
    (workshop.directory / "tmp" / "checkpoint.tmp").write_bytes(b"half")
    whys = {void.why for void in verify_archive(workshop.directory, workshop.policy).void}
    assert whys == {"a sealed file that no record names", "an unfinished file"}


def test_a_file_that_is_finished_while_it_is_checked_is_no_fault(workshop: Workshop) -> None:
    workshop.log.integrate(workshop.log.size)
    unfinished = workshop.directory / "tmp" / "checkpoint.tmp"
    unfinished.write_bytes(b"half")
    seen: list[int] = []

    def finish(done: int, _all: int) -> None:
        seen.append(done)
        unfinished.unlink(missing_ok=True)

    report = verify_archive(workshop.directory, workshop.policy, advance=finish)
    assert seen, "nobody finished it meanwhile"
    assert report.void == []


def test_the_earlier_checkpoints_may_lack_a_part_of_the_newest_alone(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    heads = copy_heads(workshop)
    whole, newest = heads["checkpoints"], len(heads["checkpoint"])
    history = workshop.directory / "checkpoints"
    for missing, code in ((newest, ""), (newest - 7, ""), (7, ""), (newest + 7, "checkpoints")):
        put(history, whole[: len(whole) - missing])
        assert verdict(workshop, workshop.directory)[0] == code
    first = len(whole) - newest
    for data in (whole + whole[:50], whole + heads["checkpoint"][:50]):
        put(history, data)
        assert verdict(workshop, workshop.directory)[0] == "checkpoints"
    for data in (whole + whole, whole[first:] + whole[:first]):
        put(history, data)
        assert verdict(workshop, workshop.directory) == ("", None)


def test_an_older_checkpoint_in_the_newest_place_changes_nothing(workshop: Workshop) -> None:
    """A superseded server may put it there; whoever holds the newest one finds it."""
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    older = copy_heads(workshop)["checkpoint"]
    workshop.write(5)
    given = workshop.log.integrate(workshop.log.size)
    put(workshop.directory / "checkpoint", older)
    assert given is not None
    report = verify_archive(workshop.directory, workshop.policy, given=given)
    assert (report.size, report.given) == (given.size, given.size)


def test_a_witness_may_sign_the_newest_checkpoint(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    workshop.write(5)
    given = workshop.log.integrate(workshop.log.size)
    assert given is not None
    witness = Signer("witness.example/w", Algorithm.ML_DSA_44, bytes(32))
    path = workshop.directory / "checkpoint"
    line = witness.sign(given, 1_795_512_345).encode() + "\n"
    strange = Signature("w\u200b\u0378\x7f", b"\4abc", b"\0").encode() + "\n"
    put(path, path.read_bytes() + line.encode() + strange.encode())
    assert of_archive(workshop.directory, workshop.policy, given=given).status == 0
    whole = (workshop.directory / "checkpoints").read_bytes()
    put(workshop.directory / "checkpoints", whole[:-500])
    assert of_archive(workshop.directory, workshop.policy).status == 0
    workshop.restart()
    assert (workshop.directory / "checkpoints").read_bytes() == whole[:-500]
    workshop.log.integrate(workshop.log.size)
    assert (workshop.directory / "checkpoints").read_bytes().startswith(whole)
    assert of_archive(workshop.directory, workshop.policy, given=given).status == 0


def test_two_roots_of_one_size_are_a_fork(workshop: Workshop) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    workshop.write(5)
    head = workshop.log.integrate(workshop.log.size)
    assert head is not None
    other = sign_checkpoint(Checkpoint(head.origin, head.size, bytes(32)), workshop.signers, 1)
    path = workshop.directory / "checkpoints"
    put(path, path.read_bytes() + other)
    assert verdict(workshop, workshop.directory)[0] == "fork"


@pytest.mark.parametrize("left", [b"", b"part"])
def test_checkpoints_without_any_is_found(workshop: Workshop, left: bytes) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    part = copy_heads(workshop)["checkpoint"][:100] if left else b""
    put(workshop.directory / "checkpoints", part)
    assert verdict(workshop, workshop.directory)[0] == "checkpoints"


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_given_checkpoint_that_was_taken_out_is_found(workshop: Workshop, which: int) -> None:
    notes = []
    for _ in range(3):
        workshop.write(5)
        workshop.log.integrate(workshop.log.size)
        notes.append(copy_heads(workshop)["checkpoint"])
    left = [note for number, note in enumerate(notes) if number != which]
    put(workshop.directory / "checkpoints", b"".join(left))
    for number, note in enumerate(notes):
        given = workshop.policy.open(note)
        if number != which:
            verify_archive(workshop.directory, workshop.policy, given=given)
            continue
        with pytest.raises(NotVerified) as caught:
            verify_archive(workshop.directory, workshop.policy, given=given)
        assert caught.value.code == "checkpoints"


def test_a_replica_need_not_have_the_given_checkpoint_and_is_held_to_it_by_the_tree(
    workshop: Workshop,
) -> None:
    """It has not been given every checkpoint."""
    workshop.write(5)
    given = workshop.log.integrate(workshop.log.size)
    assert given is not None
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    put(workshop.directory / "checkpoints", copy_heads(workshop)["checkpoint"])
    report = verify_archive(workshop.directory, workshop.policy, given=given, replica=True)
    assert report.remarks == [NOT_LISTED]
    assert report.verdict.startswith(f"verified: nothing at or below {given.size} ")
    other = Checkpoint(given.origin, given.size, bytes(32))
    for asked in (given, other):
        with pytest.raises(NotVerified) as caught:
            verify_archive(workshop.directory, workshop.policy, given=asked)
        assert caught.value.code == "checkpoints"
        assert "--replica" in str(caught.value)
    with pytest.raises(NotVerified) as caught:
        verify_archive(workshop.directory, workshop.policy, given=other, replica=True)
    assert caught.value.code == "root"


@pytest.mark.parametrize("has_it", [True, False])
def test_a_copy_that_lacks_the_given_checkpoint_says_so_and_is_verified(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str], has_it: bool
) -> None:
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    older = copy_heads(workshop)["checkpoint"]
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    if not has_it:
        put(workshop.directory / "checkpoints", copy_heads(workshop)["checkpoint"])
    held, policy = tmp_path / "older", tmp_path / "policy"
    held.write_bytes(older)
    policy.write_text(workshop.policy.encode())
    asked = [str(workshop.directory), "--policy", str(policy), "--checkpoint", str(held)]
    assert main([*asked, "--replica"]) == 0
    assert (f"remark: {NOT_LISTED}\n" in capsys.readouterr().out) is not has_it
    assert main(asked) == (0 if has_it else 1)
    assert ("--replica" in capsys.readouterr().out) is not has_it
