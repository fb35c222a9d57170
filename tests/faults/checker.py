"""After a fault: what was promised, what is in the archive, what the clients saw must agree.

`check` reads everything that is left (evidence.py) and asserts every invariant on it
(invariants.py). Each of these has its planted defects in test_checker.py.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.faults.evidence import Evidence, Hook, Opened, gather, open_archive
from tests.faults.invariants import OF_THE_ARCHIVE, OF_THE_WHOLE, OF_TIME
from tests.faults.load import Writer, acknowledged
from tests.faults.past import Past
from tests.faults.rounds import TIMED
from tests.rig.installation import Installation
from tests.rig.promises import promised

__all__ = ["Hook", "Opened", "check", "judge", "open_archive"]


def check(
    made: Installation,
    writers: list[Writer],
    *,
    past: Past | None = None,
    data: Path | None = None,
    hook: Hook | None = None,
    unwritable: Sequence[tuple[float, float]] = (),
    ready: Iterable[float] = (),
) -> int:
    """Assert every invariant; return how many acknowledged commands were opened.

    *past* is of before the fault, else of when the writers began; *data* another copy of the
    data folder (a power cut's), of which the archive is judged alone; *hook* what a hook's other
    side took; *unwritable* when nothing could be archived; *ready* how long each start took. The
    server must be off.
    """
    past = past or next((writer.past for writer in writers if writer.past), None)
    evidence = gather(made, writers, data or made.data, past.checkpoint if past else None)
    evidence.earlier, evidence.hook = past.entries if past else (), hook
    evidence.unwritable, evidence.ready = list(unwritable), list(ready)
    judge(evidence, whole=data is None)
    return sum(1 for _ in acknowledged(writers))


def judge(evidence: Evidence, *, whole: bool = True, timed: bool = TIMED) -> None:
    """Assert every invariant on evidence; without *whole* those of the archive alone.

    Those of time (*timed*) are asserted by `make proofs` alone, if nothing else is said.
    """
    of_the_whole = OF_THE_WHOLE if whole else ()
    for invariant in (*OF_THE_ARCHIVE, *of_the_whole, *(OF_TIME if timed else ())):
        with promised():
            invariant(evidence)
