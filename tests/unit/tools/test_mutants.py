"""A mutant is one changed condition, named so that it is found again when lines move."""

import os
import time
from collections.abc import Callable
from functools import partial

import pytest

from onrecord.core.roles.permission import Permission
from tools.mutants import (
    ROOT,
    SLOW,
    TRIES,
    Busy,
    Mutant,
    Run,
    mutants_of,
    noticed,
    plant,
    run_apart,
)

PLANTED = """
class Door:
    def opens(self, key, hour):
        if key is None or hour < 9:
            return False
        return hour <= 17
"""


def named(text: str) -> list[str]:
    return [mutant.name.removeprefix("door.py ") for mutant in mutants_of("door.py", text)]


def test_each_condition_and_each_part_of_it_is_changed() -> None:
    assert named(PLANTED) == [
        "Door.opens: key is None or hour < 9 -> True",
        "Door.opens: key is None or hour < 9 -> False",
        "Door.opens: key is None -> True",
        "Door.opens: key is None -> False",
        "Door.opens: hour < 9 -> True",
        "Door.opens: hour < 9 -> False",
        "Door.opens: hour < 9 -> moved by one (0)",
        "Door.opens: hour <= 17 -> True",
        "Door.opens: hour <= 17 -> False",
        "Door.opens: hour <= 17 -> moved by one (0)",
    ]


def test_names_do_not_change_with_the_lines() -> None:
    assert named("import os\n\n" + PLANTED) == named(PLANTED)


def test_each_mutant_does_something_else() -> None:
    answers = set()
    for mutant in mutants_of("door.py", PLANTED):
        space: dict[str, type] = {}
        exec(compile(mutant.tree, "door.py", "exec"), space)
        door = space["Door"]()
        answers.add(
            tuple(door.opens(*at) for at in ((None, 10), ("k", 8), ("k", 9), ("k", 17), ("k", 18)))
        )
    assert (False, False, True, True, False) not in answers


def test_a_mutant_is_where_the_function_was_imported_to_and_nowhere_else() -> None:
    """The mutants of a file of ours, one by one, each in a process of its own."""
    path = "server/onrecord/core/roles/permission.py"
    mutants = list(mutants_of(path, (ROOT / path).read_text("utf-8")))
    found = {}
    for mutant in mutants:
        run = run_apart(partial(answers, mutant), processor=30, limit=60.0)
        found[mutant.name.removeprefix(f"{path} ")] = run.status
    assert found == {
        "Permission.place: self.action.startswith('console.') -> True": 0b110,
        "Permission.place: self.action.startswith('console.') -> False": 0b010,
        "Permission.allows: self.of(role) != 'refused' -> True": 0b011,
        "Permission.allows: self.of(role) != 'refused' -> False": 0b000,
        "Permission.of: role == 'system' -> True": 0b011,
        "Permission.of: role == 'system' -> False": 0b010,
    }


def answers(mutant: Mutant) -> None:
    """Plant it; end with what the functions say that were imported before."""
    plant(mutant)
    row = Permission("chat.example", "", {"employee": "own", "client": "refused"}, ())
    os._exit((row.place == "console") << 2 | row.allows("employee") << 1 | row.allows("client"))


def test_what_runs_at_import_is_not_mutated() -> None:
    (mutant, *_) = mutants_of("server/onrecord/core/roles/permission.py", "SOME = 1 if 2 else 3\n")
    with pytest.raises(LookupError):
        plant(mutant)


PASSED, FAILED = 0, 1
USUAL = 3.0
QUICK, LATE = USUAL, SLOW * USUAL + 1


def runs(*planned: Run) -> Callable[[], Run]:
    """Return what runs the tests, one run after the other."""
    left = list(planned)
    return lambda: left.pop(0)


def never() -> Run:
    raise AssertionError("nobody needs to know")


def test_a_mutant_whose_tests_pass_was_not_noticed_however_long_they_took() -> None:
    assert not noticed(runs(Run(PASSED, QUICK)), never, USUAL)
    assert not noticed(runs(Run(PASSED, LATE)), never, USUAL)


def test_a_test_that_fails_as_soon_as_usual_has_noticed() -> None:
    assert noticed(runs(Run(FAILED, QUICK)), never, USUAL)
    assert noticed(runs(Run(FAILED, SLOW * USUAL)), never, USUAL)


def test_a_run_that_hangs_counts_if_it_does_not_without_the_mutant() -> None:
    assert noticed(runs(Run(FAILED, LATE)), runs(Run(PASSED, QUICK)), USUAL)


@pytest.mark.parametrize("unchanged", [Run(PASSED, LATE), Run(FAILED, LATE), Run(FAILED, QUICK)])
def test_a_busy_machine_notices_nothing(unchanged: Run) -> None:
    """Control: a deadline that passes where nothing is planted says nothing of what is."""
    assert not noticed(
        runs(Run(FAILED, LATE), Run(PASSED, QUICK)), runs(unchanged, unchanged), USUAL
    )
    with pytest.raises(Busy):
        noticed(runs(*[Run(FAILED, LATE)] * TRIES), runs(*[unchanged] * TRIES), USUAL)


def for_ever() -> None:
    while True:
        pass


KILLED = -9


@pytest.mark.parametrize("limit", [0.2, 30.0])
def test_what_waits_or_computes_for_ever_is_ended(limit: float) -> None:
    work = for_ever if limit > 1 else lambda: time.sleep(60)
    run = run_apart(work, processor=1, limit=limit)
    assert run.status == KILLED


def test_what_ends_says_how() -> None:
    assert run_apart(lambda: os._exit(3), processor=1, limit=30.0).status == 3
