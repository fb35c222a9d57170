"""Nothing can be taken out of a client's copy: the record of it names all that it holds."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.record import canonical
from onrecord_archive.proof_package import copy_verifier as verifier
from onrecord_archive.proof_package import copy_writer
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.proof_package.own_copy import MADE
from onrecord_archive.verify.archive import main
from tests.architecture.rules.source import ROOT
from tests.rig.second_opinion import of_copy
from tests.unit.proof_package.lacking import ALL, UNSEEN, Taken
from tests.unit.proof_package.own_copies import (
    OMAR,
    OTHER,
    PIOTRS,
    Talk,
    copy_of,
    extents,
    write,
)

pytestmark = pytest.mark.many_inputs

Take = Callable[[Taken], None]
OF_FORMAT_4 = ROOT / "tests" / "fixtures" / "own-copy-4.zip"


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


@pytest.fixture(scope="module")
def good(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(talk, tmp_path_factory.mktemp("good") / "copy")


@pytest.fixture
def taken(good: Path, tmp_path: Path) -> Taken:
    shutil.copytree(good, tmp_path / "copy")
    return Taken(tmp_path / "copy")


def refused(path: Path, policy: Policy) -> str:
    """The code of the product's answer; the second verifier does not verify it either."""
    assert of_copy(path, policy).status == 1
    with pytest.raises(NotVerified) as caught:
        verify_copy(path, policy)
    return caught.value.code


def test_a_copy_says_that_it_is_complete_and_up_to_when(talk: Talk, good: Path) -> None:
    report = verify_copy(good, talk.log.policy)
    assert report.complete
    assert report.made_at == json.loads((good / MADE).read_bytes())["leaf"]["at"]
    assert report.transcript_compared
    assert report.until == 1 + max(line.archive_index for line in Taken(good).lines)


@pytest.mark.parametrize("renamed", [True, False], ids=["named anew", "named as it was"])
@pytest.mark.parametrize("take", ALL, ids=lambda each: each.__name__)
def test_whatever_was_taken_out_is_noticed(
    talk: Talk, taken: Taken, take: Take, renamed: bool
) -> None:
    take(taken)
    code = refused(taken.fit(renamed=renamed), talk.log.policy)
    assert code == "made" if renamed else code in ("made", "extent")


def test_control_a_copy_that_is_written_anew_and_lacks_nothing_verifies(
    talk: Talk, taken: Taken
) -> None:
    assert of_copy(taken.fit(), talk.log.policy).status == 0


@pytest.mark.parametrize("take", UNSEEN, ids=lambda each: each.__name__)
def test_control_the_record_alone_shows_it(
    talk: Talk, taken: Taken, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(taken)
    monkeypatch.setattr(verifier, "require_made", lambda leaf, said, copy: None)
    assert verify_copy(taken.fit(), talk.log.policy).complete


TAKEN = st.lists(
    st.one_of(
        st.tuples(st.just(Taken.extent), st.integers(0, 3)),
        st.tuples(st.just(Taken.record), st.integers(0, 18)),
        st.tuples(st.just(Taken.content), st.integers(0, 18)),
        st.tuples(st.just(Taken.end), st.integers(0, 3), st.integers(1, 6)),
        st.tuples(st.just(Taken.files)),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(steps=TAKEN, renamed=st.booleans())
def test_whatever_is_taken_out_together_is_noticed(
    talk: Talk, good: Path, steps: list[tuple[object, ...]], renamed: bool
) -> None:
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(good, Path(folder) / "copy")
        taken = Taken(copy)
        before = (taken.lines[:], sorted(copy.iterdir()))
        for take, *numbers in steps:
            with_in_reach(taken, take, numbers)
        if (taken.lines, sorted(copy.iterdir())) == before:
            return
        refused(taken.fit(renamed=renamed), talk.log.policy)


def with_in_reach(taken: Taken, take: object, numbers: list[object]) -> None:
    """Take something, unless that is gone already."""
    count = len(taken.lines if take in (Taken.record, Taken.content) else taken.extents)
    if not numbers or (isinstance(numbers[0], int) and numbers[0] < count):
        take(taken, *numbers)  # type: ignore[operator]


def test_a_copy_holds_nothing_from_after_it_was_asked_for(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadFormat, match="after the copy was asked for"):
        write(talk, tmp_path / "refused", until=20)
    monkeypatch.setattr(copy_writer, "require_below", lambda index, until: None)
    assert refused(write(talk, tmp_path / "later", until=20), talk.log.policy) == "extent"


def test_a_copy_was_asked_for_before_its_record(talk: Talk, tmp_path: Path) -> None:
    assert refused(write(talk, tmp_path / "copy", until=999), talk.log.policy) == "made"


def test_the_record_of_another_copy_does_not_do(talk: Talk, good: Path, tmp_path: Path) -> None:
    """Nor one whose words are only stated, nor none, nor two."""
    parts = {
        "less": write(talk, tmp_path / "less", copy_of(parts=PIOTRS[:1])),
        "Omar's": write(talk, tmp_path / "omars", copy_of(OMAR, extents((OTHER, 1, 2)))),
    }
    own = (good / MADE).read_bytes()
    others = {name: (path / MADE).read_bytes() for name, path in parts.items()}
    others["only stated"] = stated(own)
    others |= {"none": b"", "two": own * 2, "no end": own[:-1]}
    others["a message"] = (good / "records.jsonl").read_bytes().partition(b"\n")[0] + b"\n"
    for name, data in others.items():
        copy = shutil.copytree(good, tmp_path / f"with {name}")
        (copy / MADE).write_bytes(data)
        assert refused(Taken(copy).fit(), talk.log.policy) in ("made", "form", "inclusion"), name


def stated(own: bytes) -> bytes:
    """A record's line with what is said only stated: anybody can write that."""
    line = json.loads(own)
    shown, salt = line.pop("shown"), bytes.fromhex(line.pop("salt_s"))
    line |= {"seen": shown, "shown_sha256": sha256(salt + canonical(shown)).hexdigest()}
    return canonical(line) + b"\n"


# ---- The format before -------------------------------------------------------------------------


@pytest.fixture
def policy_4(tmp_path: Path) -> Path:
    with ZipFile(OF_FORMAT_4) as packed:
        return Path(packed.extract("policy", tmp_path))


def test_a_copy_of_the_format_before_verifies_as_what_it_is(policy_4: Path) -> None:
    policy = parse_policy(policy_4.read_text())
    answer = of_copy(OF_FORMAT_4, policy, format_4=True)
    assert answer.status == 0
    report = verify_copy(OF_FORMAT_4, policy, format_4=True)
    assert (report.records, report.from_joining_to_leaving) == (19, True)
    assert (report.complete, report.made_at, report.transcript_compared) == (False, None, False)


def test_a_copy_of_the_format_before_is_not_taken_for_a_complete_one(
    policy_4: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [str(OF_FORMAT_4), "--policy", str(policy_4), "--json"]
    assert main(command) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == "format"
    assert "--format-4" in told["error"]
    assert main([*command, "--format-4"]) == 0
    assert json.loads(capsys.readouterr().out)["complete"] is False
    assert of_copy(OF_FORMAT_4, parse_policy(policy_4.read_text())).status == 1


@pytest.mark.parametrize("take", UNSEEN, ids=lambda each: each.__name__)
def test_a_copy_does_not_pass_as_one_of_the_format_before(
    talk: Talk, taken: Taken, take: Take
) -> None:
    take(taken)
    assert refused(taken.as_format_4(), talk.log.policy) == "format"
