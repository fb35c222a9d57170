"""Runs kinds of tests: groups after each other, the kinds of a group beside each other.

1. A kind runs in one process of pytest, which leads workers where it has some. As many kinds of a
   group run at once as there is room for.
2. If that process ends or is silent before all of its tests have ended, the test that ran then
   has failed, and what is left runs in a fresh process, a few times at most.
3. When all groups are done, what failed runs once more, file by file, each in a fresh process:
   what passes then is unsteady, what fails again or does not run is red. Not all: `is_final`.
"""

import signal
import time
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree

from tools.runner.kinds import REPORTS, Kind, Result, Selection, is_final
from tools.runner.machine import Watch, processor_seconds
from tools.runner.outcomes import Failure, Outcome, Reader
from tools.runner.processes import Command
from tools.runner.unsteady import mended

Group = tuple[Kind, ...]

_LEAK = "PytestUnraisableExceptionWarning"
"""What pytest makes of something that was left open: its second look tells where it was opened."""
_NO_TESTS = 5
"""pytest's exit code where no test was left to run."""
_EXPECTED = (0, 1)
"""pytest's exit codes after it has run all tests: all passed, or some failed."""
_BY_SIGNAL = 128
"""So much and a signal's number is the exit code of what it ended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and numbers. `last_start` and `end` are moments of the monotonic clock, or None."""

    silence: float = 360.0
    """A test that reports nothing for so long has failed, and its process is ended."""
    restarts: int = 3
    """Fresh processes of one kind."""
    second_looks: int = 6
    """Files: where more have failed, the machine is not to blame."""
    workers: int = 5
    """Processes of all kinds together that run tests at once: two cores have always work so."""
    last_start: float | None = None
    """After it no kind starts."""
    end: float | None = None
    """Then everything ends."""
    step: float = 0.5
    """How often is looked."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: its exit code, or None if it was ended, and which tests were silent."""

    code: int | None
    silent: frozenset[str] = frozenset()


@dataclass(slots=True)
class Findings:
    """What a whole run came to."""

    results: list[Result] = field(default_factory=list)
    unsteady: list[Failure] = field(default_factory=list)
    stall: float = 0.0
    stolen: float = 0.0
    seconds: float = 0.0

    @property
    def passed(self) -> int:
        """Tests that passed, at the second look too."""
        return sum(result.passed for result in self.results)

    @property
    def failed(self) -> int:
        """What failed or did not run."""
        return sum(result.failed for result in self.results)


class Run:
    """One run over groups of kinds. `stop` may be called from a signal's handler."""

    def __init__(self, which: Selection, limits: Limits) -> None:
        self._which = which
        self._limits = limits
        self._running: set[Command] = set()
        self.stopped_by: int | None = None

    def groups(self, groups: Iterable[Group], before: Iterable[Result] = ()) -> Findings:
        """Run them all and look again at what failed; print each kind's output as it is done."""
        REPORTS.mkdir(exist_ok=True)
        for old in REPORTS.glob("second look *"):
            old.unlink()
        findings = Findings([*before])
        began = time.monotonic()
        with Watch() as watch:
            for group in groups:
                findings.results += self._group(group)
            self._look_again(findings)
        findings.stall, findings.stolen = watch.longest_stall, watch.stolen
        findings.seconds = time.monotonic() - began + sum(r.seconds for r in before)
        return findings

    def stop(self, number: int) -> None:
        """Ask what runs to end as Ctrl-C does, and start nothing more. Returns at once."""
        self.stopped_by = self.stopped_by or number
        for command in [*self._running]:
            command.ask_to_end()

    def _why_not(self, moment: float | None) -> str | None:
        if self.stopped_by is not None:
            return f"stopped by {signal.Signals(self.stopped_by).name}"
        if moment is not None and time.monotonic() >= moment:
            return "the time is up"
        return None

    def _group(self, group: Group) -> list[Result]:
        start, worked = time.monotonic(), processor_seconds()
        waiting, running = [*group], dict[Future[Result], Kind]()
        results: dict[Kind, Result] = {}
        with ThreadPoolExecutor(len(group)) as pool:
            while waiting or running:
                if (kind := self._next(waiting, running.values())) is not None:
                    waiting.remove(kind)
                    print(f"\n-- {kind.name} begins", flush=True)
                    running[pool.submit(self._logged, kind)] = kind
                    continue
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    kind = running.pop(done)
                    results[kind] = done.result()
                    print(f"\n== {kind.name}\n{printable(_log(kind))}", flush=True)
        seconds, worked = time.monotonic() - start, processor_seconds() - worked
        print(f"{seconds:.1f} s; processors worked for {worked:.1f} s", flush=True)
        return [results[kind] for kind in group]

    def _next(self, waiting: Iterable[Kind], running: Collection[Kind]) -> Kind | None:
        """The first that there is room for; where nothing runs, the first."""
        room = self._limits.workers - sum(kind.workers for kind in running)
        return next((kind for kind in waiting if kind.workers <= room or not running), None)

    def _logged(self, kind: Kind) -> Result:
        why = self._why_not(self._limits.last_start)
        with _log(kind).open("w", encoding="utf-8") as output:
            return (
                self.kind(kind, output) if why is None else Result(kind, not_run={kind.name: why})
            )

    def kind(self, kind: Kind, output: TextIO) -> Result:
        """Run one kind, also after something failed: a person wants to see everything."""
        start = time.monotonic()
        try:
            result = self._commands(kind, output) if kind.commands else self._tests(kind, output)
        except Exception as error:  # noqa: BLE001  # the other kinds run, and the table is printed
            result = Result(kind, failures=[Failure(kind.name, f"the runner: {error!r}")])
        result.seconds = time.monotonic() - start
        return result

    # ---- Commands of other tools ------------------------------------------------------------
    def _commands(self, kind: Kind, output: TextIO) -> Result:
        result = Result(kind)
        report = REPORTS / kind.counts if kind.counts else None
        if report is not None:
            report.unlink(missing_ok=True)
        wrong = [c for c in kind.commands if self._run(c, output, Growth(output)).code != 0]
        if report is not None:
            result.passed, result.failures = read_junit(report)
            if not result.passed and not result.failures and not wrong:
                result.failures = [Failure(kind.name, "no test was reported")]
        if not result.failures:
            result.failures = [Failure(f"{kind.name}: {' '.join(c)}", "failed") for c in wrong]
        return result

    # ---- pytest -----------------------------------------------------------------------------
    def _tests(self, kind: Kind, output: TextIO) -> Result:
        steps, only = REPORTS / f"{kind.name}.jsonl", REPORTS / f"{kind.name}.only"
        steps.unlink(missing_ok=True)
        reader = Reader(steps)
        command = kind.pytest(self._which, steps)
        code = self._attempt(command, output, reader)
        for _ in range(self._limits.restarts):
            left = sorted(reader.outcome.left)
            if self._why_not(self._limits.end) is not None:
                break
            if left:
                print(f"\n{len(left)} tests are left; a fresh process runs them", file=output)
                only.write_text("\n".join(left), encoding="utf-8")
                command = kind.pytest(self._which, steps, only)
            elif reader.outcome.stillborn:
                print("\nno test was found yet; a fresh process looks for them", file=output)
                reader.outcome.unexplained = None
            else:
                break
            code = self._attempt(command, output, reader)
        return self._result(kind, reader.outcome, code)

    def _attempt(self, command: tuple[str, ...], output: TextIO, reader: Reader) -> int | None:
        """Run pytest once. A test that ran when its process ended has failed: return its code."""
        ending = self._run(command, output, reader)
        outcome = reader.read()
        if ending.code is None:
            blamed, why = ending.silent, f"silent for {self._limits.silence:.0f} s"
        else:  # xdist says by itself whose worker died
            blamed = frozenset() if outcome.crashed else frozenset(outcome.running)
            why = f"its process ended with {ending.code}"
        for test in blamed:
            outcome.failures.setdefault(test, Failure(test, why))
        explained = blamed or outcome.crashed or outcome.left
        nothing = not outcome.collected and not outcome.broken
        killed = ending.code is None or not 0 <= ending.code <= _BY_SIGNAL
        outcome.stillborn = nothing and (killed or outcome.lost is not None)
        if not explained and (ending.code not in _EXPECTED or outcome.lost or nothing):
            stopped = self._why_not(self._limits.end)
            outcome.unexplained = stopped or outcome.lost or outcome.unexplained or why
        outcome.running.clear()
        outcome.crashed, outcome.lost = False, None
        return ending.code

    def _result(self, kind: Kind, outcome: Outcome, code: int | None) -> Result:
        result = Result(kind, passed=len(outcome.passed))
        result.failures = [*outcome.broken.values(), *outcome.failures.values()]
        why = self._why_not(self._limits.end) or "its process ended too often"
        result.not_run = dict.fromkeys(sorted(outcome.left), why)
        nothing = code == _NO_TESTS and self._which.proofs
        said = outcome.unexplained
        if said is None and code != 0 and not result.failed:
            said = f"pytest ended with {code}"
        if said is not None and not nothing:
            result.failures.append(Failure(kind.name, said))
        return result

    def _run(self, command: tuple[str, ...], output: TextIO, source: "Reader | Growth") -> Ending:
        """Run a command until it ends, is silent too long, or the time is up."""
        output.flush()
        try:
            if self._why_not(self._limits.end) is not None:
                return Ending(None)
            running = Command(command, output)  # one that `stop` misses is ended at the next look
        except FileNotFoundError:
            print(f"{command[0]} is missing; run: make setup", file=output, flush=True)
            return Ending(127)
        self._running.add(running)
        began = time.monotonic()
        try:
            while (code := running.wait(self._limits.step)) is None:
                longest = time.monotonic() - self._limits.silence
                silent = max(began, source.heard_at()) < longest
                why = "silent too long" if silent else self._why_not(self._limits.end)
                if why is not None:
                    print(f"\n{' '.join(command[:4])} … {why}; ended.", file=output, flush=True)
                    running.end()
                    return Ending(None, source.silent_since(longest) if silent else frozenset())
            return Ending(code)
        finally:
            running.end()
            self._running.discard(running)

    # ---- The second look --------------------------------------------------------------------
    def _look_again(self, findings: Findings) -> None:
        once = mended()
        eligible = [
            (failure, result)
            for result in findings.results
            for failure in result.failures
            if not is_final(failure, once)
        ]
        eligible.sort(key=lambda each: each[0].file)
        by_file = {f: [*each] for f, each in groupby(eligible, key=lambda each: each[0].file)}
        failed = {f.file for result in findings.results for f in result.failures if f.of_a_test}
        if not by_file:
            return
        if len(failed) > self._limits.second_looks:
            print(f"\n== {len(failed)} files failed: no second look", flush=True)
            return
        print("\n== a second look", flush=True)
        for number, (file, failures) in enumerate(by_file.items()):
            passed = self._second(number, file, [failure for failure, _ in failures])
            for failure, result in failures:
                if failure.test in passed:
                    result.failures.remove(failure)
                    result.passed += 1
                    findings.unsteady.append(failure)

    def _second(self, number: int, file: str, failures: list[Failure]) -> set[str]:
        name = f"second look {number + 1}"
        steps, only, log = (REPORTS / f"{name}.{end}" for end in ("jsonl", "only", "log"))
        steps.unlink(missing_ok=True)
        only.write_text("\n".join(failure.test for failure in failures), encoding="utf-8")
        reader = Reader(steps)
        # A leak shows at the end of its module, whichever of its tests left something open.
        leaked = any(_LEAK in failure.raised for failure in failures)
        named = None if leaked else only
        command = (*self._which.command(steps, named, marked=None, traced=leaked), file)
        with log.open("w", encoding="utf-8") as output:
            self._attempt(command, output, reader)
        print(printable(log), flush=True)
        outcome = reader.outcome
        leaks = leaked and any(_LEAK in failure.raised for failure in outcome.failures.values())
        return set() if leaks or outcome.unexplained else outcome.passed


class Growth:
    """When a command that tells nothing but its output has written last."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._size = -1
        self._at = 0.0

    def heard_at(self) -> float:
        """By the monotonic clock."""
        size = Path(self._output.name).stat().st_size
        if size != self._size:
            self._size, self._at = size, time.monotonic()
        return self._at

    def silent_since(self, _moment: float) -> frozenset[str]:
        """It has no tests of its own."""
        return frozenset()


def _log(kind: Kind) -> Path:
    return REPORTS / f"{kind.name}.log"


def printable(log: Path) -> str:
    """What a log holds, whatever bytes a test wrote."""
    return log.read_text(encoding="utf-8", errors="replace")


def read_junit(report: Path) -> tuple[int, list[Failure]]:
    """What a JUnit report says: how many passed, and what did not. A skipped test has failed.

    Without a whole report: (0, []).
    """
    passed, failures = 0, []
    try:
        root = ElementTree.parse(report).getroot()
    except (FileNotFoundError, ElementTree.ParseError):
        return 0, []
    for case in root.iter("testcase"):
        bad = next((each for each in case if each.tag in ("failure", "error", "skipped")), None)
        if bad is None:
            passed += 1
            continue
        text = (bad.get("message") or bad.text or bad.tag).strip().splitlines()[0]
        name = f"{case.get('classname')}: {case.get('name')}"
        failures.append(Failure(name, text[:300]))
    return passed, failures
