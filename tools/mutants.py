"""Change each condition of the files that guard the promises, and see that a test notices.

`python tools/mutants.py [FILE ...]` runs every mutant of the named files (default: all of TARGETS)
against the tests of its file, in a process of its own, at most SECONDS each. It prints the
survivors and compares them with tests/survivors.txt, which names each one that may survive, and
why. Exit status: 0 when both agree, 1 when they do not. It is no part of `make test`.

A test that fails at a deadline says nothing where the machine is busy. So a run that took much
longer than the tests take without a mutant counts only if they pass without one right after it.

A condition becomes always true and always false, an operand of `and` and `or` is left out, and an
order comparison moves by one. The tree on the disk is never changed: everything is imported once,
and each test process, a fork, gets the mutant's code in the place of its functions'.
"""

import ast
import importlib
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

ROOT = Path(__file__).parent.parent
SURVIVORS = ROOT / "tests/survivors.txt"
SECONDS = 10
"""Processor time that the tests of one file may take."""
ENDLESS = 2 * SECONDS
"""Processor time after which a mutant's tests are ended: the mutant was noticed."""
SLOW = 2.0
"""A run is slow if it takes so many times as long as one without a mutant."""
HANGS = 6.0
"""A run is ended when it has taken so many times as long."""
LEAST = 10.0
"""But not before so many seconds."""
TRIES = 5
"""How often a mutant is tried while the machine is too busy to tell."""
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""A test's own imports are there before pytest, which would warn of those that are plugins too."""
RECORDING = "tests/integration/core"
POLICY = ("tests/unit/core/test_roles.py",)
TARGETS: dict[str, tuple[str, ...]] = {
    "server/onrecord/core/recorder.py": (f"{RECORDING}/test_known_ids.py",),
    "server/onrecord/core/archiving/batch.py": (
        f"{RECORDING}/test_batch.py",
        f"{RECORDING}/test_known_ids.py",
        f"{RECORDING}/test_bisect.py",
        f"{RECORDING}/test_same_batch.py",
        f"{RECORDING}/test_bringing.py",
        f"{RECORDING}/test_actor_of_today.py",
        f"{RECORDING}/test_archiver.py",
    ),
    "server/onrecord/core/archiving/archiver.py": (f"{RECORDING}/test_archiver.py",),
    "server/onrecord/core/archiving/recovery.py": (f"{RECORDING}/test_recovery.py",),
    "server/onrecord/core/store/visibility.py": (
        "tests/unit/core/test_sight.py",
        "tests/integration/chat/test_visibility.py",
        "tests/integration/notices/test_earlier_acceptances.py",
        "tests/integration/own_copy/test_copy_store.py",
        "-k",
        "not postgresql",
    ),
    "server/onrecord/core/roles/table.py": POLICY,
    "server/onrecord/core/roles/permission.py": POLICY,
    "server/onrecord/core/journal/decide.py": POLICY,
}
"""By file, what pytest is given: the tests that must notice."""
ORDER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
Rewrite = Callable[[ast.expr], ast.expr]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed condition. `name` stays the same when lines move."""

    path: str
    name: str
    tree: ast.Module


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    tree = ast.parse(text)
    seen: dict[str, int] = {}
    for place, where in _places(tree):
        for says, rewrite in _rewrites(place.get(tree)):
            changed = deepcopy(tree)
            before = place.get(changed)
            after = rewrite(before)
            place.put(changed, after)
            name = f"{path} {where}: {ast.unparse(before)} -> {says}"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name += f" ({seen[name]})"
            yield Mutant(path, name, ast.fix_missing_locations(changed))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression stands: steps from the root, each a field and perhaps an index."""

    steps: tuple[tuple[str, int | None], ...]

    def get(self, tree: ast.AST) -> ast.expr:
        found: ast.AST = tree
        for field, at in self.steps:
            value = getattr(found, field)
            found = value if at is None else value[at]
        assert isinstance(found, ast.expr)
        return found

    def put(self, tree: ast.AST, expression: ast.expr) -> None:
        holder: ast.AST = tree
        for field, at in self.steps[:-1]:
            value = getattr(holder, field)
            holder = value if at is None else value[at]
        field, at = self.steps[-1]
        if at is None:
            setattr(holder, field, expression)
        else:
            getattr(holder, field)[at] = expression


def _places(tree: ast.AST) -> Iterator[tuple[_Place, str]]:
    """Yield the place of each condition, and the function that it stands in."""

    def walk(
        node: ast.AST, steps: tuple[tuple[str, int | None], ...], where: str
    ) -> Iterator[tuple[_Place, str]]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            where = f"{where}.{node.name}".lstrip(".")
        for field, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            for at, child in enumerate(children):
                if isinstance(child, ast.AST):
                    here = (*steps, (field, at if isinstance(value, list) else None))
                    if _is_condition(node, field, child):
                        yield _Place(here), where
                    yield from walk(child, here, where)

    return walk(tree, (), "")


def _is_condition(node: ast.AST, field: str, child: ast.AST) -> bool:
    tests = isinstance(node, ast.If | ast.IfExp | ast.While) and field == "test"
    filters = isinstance(node, ast.comprehension) and field == "ifs"
    logic = isinstance(node, ast.BoolOp) and field == "values"
    compared = isinstance(child, ast.Compare | ast.BoolOp) or (
        isinstance(child, ast.UnaryOp) and isinstance(child.op, ast.Not)
    )
    answers = isinstance(node, ast.Return | ast.GeneratorExp | ast.keyword) and compared
    return tests or filters or logic or answers


def _rewrites(expression: ast.expr) -> Iterator[tuple[str, Rewrite]]:
    yield "True", lambda found: ast.BoolOp(ast.Or(), [found, ast.Constant(True)])
    yield "False", lambda found: ast.BoolOp(ast.And(), [found, ast.Constant(False)])
    if isinstance(expression, ast.Compare):
        for at, op in enumerate(expression.ops):
            if type(op) in ORDER:
                yield f"moved by one ({at})", _moved(at)


def _moved(at: int) -> Rewrite:
    def rewrite(found: ast.expr) -> ast.expr:
        moved = deepcopy(found)
        assert isinstance(moved, ast.Compare)
        moved.ops[at] = ORDER[type(moved.ops[at])]()
        return moved

    return rewrite


def plant(mutant: Mutant) -> None:
    """Put the changed code into the module's functions: whoever imported them has it as well.

    Raises LookupError where the condition is in none: what runs at import is not mutated.
    """
    changed = {code.co_qualname: code for code in _codes(_compiled(mutant))}
    planted = 0
    for function in _functions(importlib.import_module(_module_of(mutant.path))):
        code = changed[function.__code__.co_qualname]
        planted += code != function.__code__
        function.__code__ = code
    if not planted:
        raise LookupError(mutant.name)


def _compiled(mutant: Mutant) -> CodeType:
    return compile(mutant.tree, str(ROOT / mutant.path), "exec")


def _module_of(path: str) -> str:
    return path.removeprefix("server/").removesuffix(".py").replace("/", ".")


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield each code object in another, at any depth."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _functions(holder: ModuleType | type, module: str = "") -> Iterator[FunctionType]:
    """Yield the functions that a module's own text defines, methods and properties included."""
    module = module or holder.__name__
    for value in list(vars(holder).values()):
        inner = unwrap(getattr(value, "fget", None) or getattr(value, "__func__", value))
        if getattr(inner, "__module__", None) != module:
            continue
        if isinstance(inner, FunctionType) and not inner.__code__.co_filename.startswith("<"):
            yield inner
        elif isinstance(inner, type):
            yield from _functions(inner, module)


@dataclass(frozen=True, slots=True)
class Run:
    """How tests ended (0: they passed), and how many seconds they took."""

    status: int
    seconds: float


class Busy(Exception):
    """The machine is too busy to tell a mutant that hangs from tests that wait their turn."""


def run_apart(work: Callable[[], None], *, processor: int, limit: float) -> Run:
    """Do *work* in a process of its own, and end that after its share of either kind of seconds.

    *work* ends the process itself, with its status.
    """
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
        work()
    while time.monotonic() < began + limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return Run(os.waitstatus_to_exitcode(status), time.monotonic() - began)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return Run(os.waitstatus_to_exitcode(status), time.monotonic() - began)


def noticed(mutated: Callable[[], Run], unchanged: Callable[[], Run], usual: float) -> bool:
    """Whether tests that usually take *usual* seconds fail, or hang, because of a mutant.

    Raises Busy where that cannot be told.
    """
    for _ in range(TRIES):
        run = mutated()
        if run.status == 0:
            return False
        if run.seconds <= SLOW * usual:
            return True
        control = unchanged()
        if control.status == 0 and control.seconds <= SLOW * usual:
            return True
    raise Busy


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests of one file. `usual`: the seconds that they take without a mutant."""

    paths: tuple[str, ...]
    usual: float = LEAST

    def run(self, mutant: Mutant | None = None) -> Run:
        """Run them. Forks; the child prints nothing."""
        limit = max(LEAST, HANGS * self.usual)
        processor = SECONDS if mutant is None else ENDLESS
        return run_apart(lambda: _run_tests(mutant, self.paths), processor=processor, limit=limit)

    def notice(self, mutant: Mutant) -> bool:
        """Whether they do. Raises Busy."""
        return noticed(lambda: self.run(mutant), self.run, self.usual)


def _run_tests(mutant: Mutant | None, tests: tuple[str, ...]) -> None:
    import pytest  # noqa: PLC0415  # loaded by the parent

    if mutant is not None:
        plant(mutant)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    status = 2
    try:
        status = int(pytest.main([*OPTIONS, *tests]))
    finally:
        os._exit(status)


def _import_for(path: str, *tests: str) -> None:
    """Import a file, and what of ours its tests import by name."""
    importlib.import_module(_module_of(path))
    for test in tests:
        if test.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / test).read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith("onrecord"):
                    importlib.import_module(str(node.module))


def listed() -> dict[str, str]:
    """Return the survivors that are known, with the reason of each."""
    entries = re.findall(r"^(\S.*)\n    (\S.*)$", SURVIVORS.read_text("utf-8"), re.MULTILINE)
    return dict(entries)


def main(paths: list[str]) -> int:
    """Run the mutants; return the exit status."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    import pytest  # noqa: F401, PLC0415  # once for all children, as is what the tests import

    known, survivors, total, unclear = listed(), [], 0, 0
    for path in paths or list(TARGETS):
        tests = Tests(TARGETS[path])
        _import_for(path, *TARGETS[path])
        first = tests.run()
        if first.status != 0:
            print(f"{path}: its tests fail, or take longer than {SECONDS} s, without a mutant")
            return 1
        tests = replace(tests, usual=first.seconds)
        for mutant in mutants_of(path, (ROOT / path).read_text("utf-8")):
            total += 1
            try:
                survives = not tests.notice(mutant)
            except Busy:
                unclear += 1
                print(f"the machine is too busy to tell: {mutant.name}", flush=True)
                continue
            if survives:
                survivors.append(mutant.name)
                print(f"{'known' if mutant.name in known else 'NEW'}  {mutant.name}", flush=True)
    new = [name for name in survivors if name not in known]
    mine = [name for name in known if name.split(" ", 1)[0] in (paths or TARGETS)]
    gone = [name for name in mine if name not in survivors]
    for name in gone:
        print(f"noticed now, take it off the list: {name}")
    print(f"{total} mutants, {len(survivors)} survived, {len(new)} of them not listed")
    return 1 if new or gone or unclear else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
