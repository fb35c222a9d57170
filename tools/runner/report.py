"""The last lines of a run, which tell all that a person needs, and the report that scripts read."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.runner.outcomes import Failure
from tools.runner.run import Findings

LINES = 40
"""What a person sees of a run without looking for more."""
MOST_FAILED, MOST_UNSTEADY = 15, 6
"""Lines; the rest is counted."""
WIDTH = 160


def last_lines(findings: Findings) -> str:
    """At most `LINES` lines: what failed, is unsteady, did not run; times; the sum."""
    behind = [*_some("unsteady", findings.unsteady, MOST_UNSTEADY), *_not_run(findings)]
    behind.append(f"{'kind':<16}{'seconds':>8}{'budget':>8}{'passed':>8}{'failed':>8}")
    for result in findings.results:
        kind, seconds = result.kind, f"{result.seconds:.1f}"
        row = f"{kind.name:<16}{seconds:>8}{kind.budget:>8}{result.passed:>8}{result.failed:>8}"
        behind.append(row)
    behind.append(
        f"{findings.seconds:.0f} s in all; longest stall of the machine {findings.stall:.1f} s; "
        f"stolen by its host {findings.stolen:.1f} s"
    )
    behind.append(f"{findings.passed} passed, {findings.failed} failed")
    failures = [failure for result in findings.results for failure in result.failures]
    shown = max(1, min(MOST_FAILED, LINES - len(behind) - 2))
    return "\n".join(["", *_some("failed", failures, shown), *behind])


def _some(word: str, failures: Sequence[Failure], most: int) -> Iterator[str]:
    for failure in failures[:most]:
        yield f"{word}: {failure.test}: {failure.error}"[:WIDTH]
    if len(failures) > most:
        yield f"{word}: {len(failures) - most} more"


def _not_run(findings: Findings) -> Iterator[str]:
    for result in findings.results:
        for why, number in Counter(result.not_run.values()).items():
            what = f"{number} tests" if number > 1 else next(iter(result.not_run))
            yield f"not run: {result.kind.name}: {what}: {why}"[:WIDTH]


def write(findings: Findings, path: Path, before: tuple[str, bool]) -> None:
    """Write what a run came to, and on which commit: *before* is `commit()` as it began."""
    head, clean = before
    report = {
        "commit": head,
        "clean": clean and commit() == before,
        "seconds": round(findings.seconds),
        "passed": findings.passed,
        "failed": findings.failed,
        "unsteady": [failure.test for failure in findings.unsteady],
    }
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def commit() -> tuple[str, bool]:
    """The commit that is checked out, and whether no file differs from it. No git: ("", False).

    What git is told to leave out on one machine alone is no less beside the commit.
    """

    def git(*arguments: str) -> str:
        answer = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
        return answer.stdout.strip()

    here = ("-c", "core.excludesFile=/dev/null", "status", "--porcelain", "--untracked-files")
    try:
        return git("rev-parse", "HEAD"), git(*here) == ""
    except (subprocess.CalledProcessError, FileNotFoundError):
        return "", False
