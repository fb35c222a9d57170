"""What a kind of test is, and what came of it."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from tools.runner.outcomes import Failure
from tools.runner.unsteady import without_parameters

BIN = Path(sys.executable).parent
REPORTS = Path("reports")

STRICT = ("tests/unit/", "tests/properties/", "tests/architecture/")
"""Where a plain assertion is not looked at twice: these tests depend on no clock and no socket."""

PROMISES = frozenset({"PromiseBroken", "NotVerified", "Corrupt"})
"""What checkers raise: those of the tests, the archive's own verifiers, and who reads it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tests run: those of the gate, which have no marker, or those of `make proofs`.

    `seed` is what proofs draw their examples from: a second look draws the same.
    """

    proofs: bool = False
    seed: str = "0"

    @property
    def marked(self) -> str:
        """The marker expression of the tests that run."""
        return "proofs" if self.proofs else "not proofs"

    def command(
        self, steps: Path, only: Path | None, *, marked: str | None, traced: bool = False
    ) -> tuple[str, ...]:
        """How pytest begins. *marked*: its marker expression; *traced*: where objects are made."""
        drawn = ("--hypothesis-profile=proofs", f"--hypothesis-seed={self.seed}")
        return (
            *(str(BIN / "python"), "-m", "pytest", "-q", "--continue-on-collection-errors"),
            *("-p", "tools.runner.outcomes", f"--outcomes={steps}"),
            *(("--traced",) if traced else ()),
            *((f"--only={only}",) if only else ()),
            *(("-m", marked) if marked is not None else ()),
            *(drawn if self.proofs else ()),
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of test: folders of tests/ for pytest, or commands of its own.

    Of the tests in `places`, but for those in `without`, it runs those with one of the markers
    `marked`, if there are any, and with none of `unmarked`.
    `budget` is seconds on two cores, printed beside what it took. `workers` is how many modules
    run at a time. `counts`: the JUnit report that the commands leave in reports/.
    `whole_in_proofs`: proofs run what the gate runs too, longer or with other examples.
    """

    name: str
    budget: int
    places: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()
    workers: int = 1
    commands: tuple[tuple[str, ...], ...] = ()
    counts: str | None = None
    whole_in_proofs: bool = False

    def pytest(self, which: Selection, steps: Path, only: Path | None = None) -> tuple[str, ...]:
        """The command that runs this kind's tests; *only* names a file of node ids."""
        all_of_it = which.proofs and self.whole_in_proofs
        wanted = (
            *(() if all_of_it else (which.marked,)),
            *((f"({' or '.join(self.marked)})",) if self.marked else ()),
            *(f"not {marker}" for marker in self.unmarked),
        )
        marked = " and ".join(wanted) or None
        beside = ("-n", str(self.workers), "--dist", "loadfile", "--max-worker-restart=0")
        return (
            *which.command(steps, only, marked=marked),
            *(beside if self.workers > 1 else ()),
            *(f"tests/{place}" for place in self.places),
            *(f"--ignore=tests/{place}" for place in self.without),
        )


@dataclass(slots=True)
class Result:
    """What a kind came to. `not_run`: why, for each test or command that did not run."""

    kind: Kind
    seconds: float = 0.0
    passed: int = 0
    failures: list[Failure] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """What is red: failed, or not run."""
        return len(self.failures) + len(self.not_run)


def is_final(failure: Failure, mended: frozenset[str] = frozenset()) -> bool:
    """Whether a second look is refused: no noise of the machine explains such a failure.

    *mended*: unsteady tests whose cause was found, and is gone.
    """
    if not failure.of_a_test or without_parameters(failure.test) in mended:
        return True
    if not PROMISES.isdisjoint(failure.raised):
        return True
    timed_out = failure.error.startswith("Failed: Timeout (>")
    asserted = not timed_out and not {"AssertionError", "Failed"}.isdisjoint(failure.raised)
    return asserted and failure.test.startswith(STRICT)
