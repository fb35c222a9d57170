"""What must not stand in Python code, read from its syntax tree."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.rules.source import Finding, nodes

# Calling these, or marking a test with them, means that a test may not run.
SKIPPING = frozenset(
    {"skip", "skipif", "skipIf", "skipUnless", "skipTest", "xfail", "importorskip", "flaky",
     "SkipTest", "expectedFailure"}
)  # fmt: skip
MOCKS = frozenset({"unittest.mock", "mock", "pytest_mock", "asynctest"})
VAGUE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"})
# Whoever is sans-I/O has no use for these.
OUTSIDE_WORLD = frozenset(
    {"asyncio", "concurrent", "http", "multiprocessing", "select", "selectors", "socket",
     "ssl", "subprocess", "threading", "urllib", "httpx2", "websockets", "anyio"}
)  # fmt: skip
EVENT = re.compile(r"[a-z][a-z0-9]*(?:[._][a-z0-9]+)*")
LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception", "log", "msg"})
LOGGER = re.compile(r"_?(?:log|logger|logs)")


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression made of names and attributes; what is called, for a call."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported anywhere; `from a import b` gives a and a.b."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def skipped_tests(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each use of pytest or unittest that lets a test not run."""
    for node in nodes(tree):
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING:
            name = dotted(node)
            if name.startswith(("pytest.", "unittest.", "self.skipTest")):
                yield Finding(f"{where}:{node.lineno}", f"{name}: a test runs or fails")
    for line, name in imported(tree):
        if name.rpartition(".")[2] in SKIPPING and name.startswith(("pytest.", "unittest.")):
            yield Finding(f"{where}:{line}", f"{name}: a test runs or fails")


def mocks(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each import of a mocking library, and each use of the fixture `mocker`."""
    for line, name in imported(tree):
        if name in MOCKS or name.startswith("unittest.mock."):
            yield Finding(f"{where}:{line}", f"{name}: a fake passes the suite of the real thing")
    for node in nodes(tree):
        if isinstance(node, ast.arg) and node.arg == "mocker":
            yield Finding(f"{where}:{node.lineno}", "mocker: a fake passes the suite")


def awaits(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each await, async definition and import of the outside world, for code that decides only."""
    kinds = ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await
    for node in nodes(tree):
        if isinstance(node, kinds):
            yield Finding(f"{where}:{node.lineno}", "no await here: this code decides, others do")
    for line, name in imported(tree):
        if name.split(".")[0] in OUTSIDE_WORLD:
            yield Finding(f"{where}:{line}", f"no {name} here: this code decides, others do")


def unclosed_connections(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each `with` on a connection to SQLite itself: leaving it commits, and closes nothing."""
    for node in nodes(tree):
        if isinstance(node, ast.withitem) and dotted(node.context_expr) == "sqlite3.connect":
            line = node.context_expr.lineno
            yield Finding(f"{where}:{line}", "closing(sqlite3.connect(…)): `with` does not close")


def environment_reads(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each look at the environment, at any time."""
    for node in nodes(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in {
            "os.environ", "os.getenv", "os.environb"
        }:  # fmt: skip
            yield Finding(f"{where}:{node.lineno}", f"{dotted(node)}: settings are read once")
    for line, name in imported(tree):
        if name in {"os.environ", "os.getenv", "os.environb"}:
            yield Finding(f"{where}:{line}", f"{name}: settings are read once")


def log_calls(where: str, tree: ast.Module, allowed: frozenset[str]) -> Iterator[Finding]:
    """Each log call that is not an event name and fields of `allowed`; `warns` names one too."""
    for node in nodes(tree):
        if isinstance(node, ast.Call) and dotted(node.func) == "warns":
            if len(node.args) != 2 or not _is_event(node.args[1]):
                yield Finding(f"{where}:{node.lineno}", "warns takes a log and an event name")
            continue
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        logger = dotted(node.func.value).rpartition(".")[2]
        if node.func.attr in LEVELS | {"bind"} and LOGGER.fullmatch(logger):
            for what in _wrong_in_log_call(node, allowed):
                yield Finding(f"{where}:{node.lineno}", what)


def _wrong_in_log_call(call: ast.Call, allowed: frozenset[str]) -> Iterator[str]:
    event = call.args[0] if call.args else None
    binds = isinstance(call.func, ast.Attribute) and call.func.attr == "bind"
    if not binds and not _is_event(event):
        yield "a log line is an event name, then allowed fields"
    if len(call.args) > (0 if binds else 1):
        yield "a log line has no positional values"
    for keyword in call.keywords:
        if keyword.arg is None and dotted(keyword.value).endswith("error_fields"):
            continue  # class and place of an exception, never what it says
        if keyword.arg not in allowed:
            yield f"{keyword.arg or '**'} is no allowed field of a log line"
        if any(isinstance(part, ast.JoinedStr) for part in ast.walk(keyword.value)):
            yield f"{keyword.arg}: no text is put together for a log line"


def _is_event(node: ast.expr | None) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return EVENT.fullmatch(node.value) is not None


def open_patterns(where: str, tree: ast.Module) -> Iterator[Finding]:
    r"""Each `pattern=` of a member that ends with a bare `$`: Python's lets one more `\n` pass.

    `$(?!\n)` lets nothing pass there, in Python and in the JSON Schema that is made of it.
    """
    for node in nodes(tree):
        if not isinstance(node, ast.keyword) or node.arg != "pattern":
            continue
        ends = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
        if ends and str(ends[-1]).endswith("$"):
            yield Finding(f"{where}:{node.value.lineno}", r"end the pattern with $(?!\n)")


def without_docstring(where: str, tree: ast.Module) -> Iterator[Finding]:
    """The module, and each public class, function and method, that has no docstring.

    Overloads, magic methods, setters and what is marked as overriding inherit theirs.
    """
    if tree.body and ast.get_docstring(tree) is None:
        yield Finding(where, "the module has no docstring")
    yield from _undocumented(where, tree)


def _undocumented(where: str, scope: ast.Module | ast.ClassDef) -> Iterator[Finding]:
    for node in scope.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_"):
            continue
        inherits = {dotted(mark).rpartition(".")[2] for mark in node.decorator_list} & {
            "overload", "override", "setter"
        }  # fmt: skip
        if ast.get_docstring(node) is None and not inherits:
            yield Finding(f"{where}:{node.lineno}", f"{node.name} has no docstring")
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(where, node)
