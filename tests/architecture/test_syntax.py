"""Rules on the code that its syntax shows: no mocks, no skips, no text in logs, and so on."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from onrecord.observability.logs import ALLOWED_FIELDS
from tests.architecture.rules import syntax
from tests.architecture.rules.source import (
    PACKAGES,
    PYTHON,
    ROOT,
    Finding,
    listed,
    modules,
    name_of,
    parsed,
    python_files,
)
from tests.architecture.rules.syntax import imported

Rule = Callable[[str, ast.Module], Iterator[Finding]]
PURE = (
    "core.domain",
    "core.journal",
    "core.roles",
    "features.policies",
    "features.search",
    "protocol",
)
STATEMENTS = (
    "features.policies.orders_banner",
    "features.policies.store",
    "features.policies.watch",
    "features.search.index_store",
)
"""What lies beside the pure modules of a feature and is none."""
# Programs for developers that lie beside what they read; nothing imports them.
PROGRAMS = frozenset({"onrecord.app.generate"})
# Of onrecord_archive these talk to the outside world; everything else there decides.
ARCHIVE_WORLD = ("contract", "reader", "registry", "sinks", "testing", "writer")
ALLOWED = frozenset({"stream", "count"}) & ALLOWED_FIELDS


def found(rule: Rule, files: Iterable[Path]) -> list[Finding]:
    return [finding for path in files for finding in rule(name_of(path), parsed(path))]


def with_words(words: Iterable[str], files: Iterable[Path]) -> list[Path]:
    """Those files that have one of the words: to parse them all takes seconds."""
    written = re.compile("|".join(words))
    return [path for path in files if written.search(path.read_text(encoding="utf-8"))]


def pure_files() -> list[Path]:
    files: list[Path] = []
    for name, path in modules():
        package, _, rest = name.partition(".")
        row = rest.partition(".")[0]
        decides = (
            f"{rest}.".startswith(tuple(f"{each}." for each in PURE)) and rest not in STATEMENTS
        )
        pure = decides if package == "onrecord" else row not in ARCHIVE_WORLD
        if pure and name not in PROGRAMS:
            files.append(path)
    return files


def server_files_outside(*packages: str) -> list[Path]:
    server = PACKAGES["onrecord"]
    return [
        path for path in python_files(server) if path.relative_to(server).parts[0] not in packages
    ]


def test_no_test_can_be_skipped() -> None:
    findings = found(
        syntax.skipped_tests, with_words(syntax.SKIPPING, python_files(ROOT / "tests"))
    )
    assert not findings, listed(findings)


def test_no_pattern_lets_a_newline_pass_behind_its_end() -> None:
    findings = found(syntax.open_patterns, python_files(*PACKAGES.values()))
    assert not findings, listed(findings)


def test_nothing_is_mocked() -> None:
    findings = found(syntax.mocks, with_words({"mock", "asynctest"}, python_files(*PYTHON)))
    assert not findings, listed(findings)


def test_deciding_code_awaits_nothing() -> None:
    findings = found(syntax.awaits, pure_files())
    assert not findings, listed(findings)


def test_every_connection_to_sqlite_is_closed() -> None:
    findings = found(syntax.unclosed_connections, with_words({"sqlite3"}, python_files(*PYTHON)))
    assert not findings, listed(findings)


def test_the_environment_is_read_by_settings_alone() -> None:
    # The command line hands it on to the server that it starts, and talks to the service manager.
    settings = PACKAGES["onrecord"] / "app" / "settings"
    files = [path for path in server_files_outside("cli", "demo") if settings not in path.parents]
    files += python_files(PACKAGES["onrecord_archive"])
    findings = found(syntax.environment_reads, files)
    assert not findings, listed(findings)


def test_everything_public_has_a_docstring() -> None:
    findings = found(syntax.without_docstring, python_files(*PACKAGES.values(), ROOT / "tools"))
    assert not findings, listed(findings)


def test_no_log_line_holds_text() -> None:
    def rule(where: str, tree: ast.Module) -> Iterator[Finding]:
        return syntax.log_calls(where, tree, ALLOWED_FIELDS)

    findings = found(rule, python_files(*PACKAGES.values()))
    assert not findings, listed(findings)


def test_nothing_runs_the_programs_of_developers() -> None:
    users = [
        f"{name_of(path)}:{line}"
        for _, path in modules()
        for line, name in imported(parsed(path))
        if name in PROGRAMS
    ]
    assert not users


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [
        name_of(path)
        for path in python_files(*PYTHON)
        if path.stem in syntax.VAGUE_NAMES or path.parent.name in syntax.VAGUE_NAMES
    ]
    assert not vague


CONTROLS: list[tuple[Rule, str]] = [
    (syntax.skipped_tests, "pytest.skip('x')"),
    (syntax.skipped_tests, "@pytest.mark.skipif(True, reason='x')\ndef test(): ..."),
    (syntax.skipped_tests, "pytestmark = [pytest.mark.xfail]"),
    (syntax.skipped_tests, "from pytest import importorskip"),
    (syntax.skipped_tests, "@unittest.skip('x')\ndef test(): ..."),
    (syntax.skipped_tests, "@pytest.mark.flaky(reruns=3)\ndef test(): ..."),
    (syntax.mocks, "import unittest.mock"),
    (syntax.mocks, "from pytest_mock import x"),
    (syntax.mocks, "def test(mocker): ..."),
    (syntax.awaits, "async def f(): ..."),
    (syntax.awaits, "def f():\n    import asyncio"),
    (syntax.awaits, "from socket import create_connection as c"),
    (syntax.unclosed_connections, "with sqlite3.connect('a') as c: ..."),
    (syntax.environment_reads, "import os\nx = os.environ['X']"),
    (syntax.environment_reads, "import os\ndef f(): return os.getenv('X')"),
    (syntax.open_patterns, "Id = Annotated[str, Meta(pattern='^[a-f]{4}$')]"),
    (syntax.open_patterns, "Id = Annotated[str, Meta(pattern=f'^[a-f]{MOST}$')]"),
    (syntax.without_docstring, "x = 1"),
    (syntax.without_docstring, '"""M."""\ndef f(): ...'),
    (syntax.without_docstring, '"""M."""\nclass C:\n    """C."""\n    async def f(self): ...'),
]


@pytest.mark.parametrize(("rule", "planted"), CONTROLS)
def test_control_a_planted_defect_is_found(rule: Rule, planted: str) -> None:
    assert list(rule("planted.py", ast.parse(planted)))


SOUND: list[tuple[Rule, str]] = [
    (syntax.skipped_tests, "reader.skip(3)\nx = 'pytest.skip'"),
    (syntax.mocks, "from tests.fakes import clock"),
    (syntax.awaits, "def f(): return 'await'"),
    (syntax.environment_reads, "def f(environ): return environ['X']"),
    (syntax.open_patterns, r"Id = Annotated[str, Meta(pattern=r'^[a-f]{4}$(?!\n)')]"),
    (syntax.without_docstring, '"""M."""\ndef _f(): ...\nclass C:\n    """C."""'),
]


@pytest.mark.parametrize(("rule", "sound"), SOUND)
def test_control_sound_code_is_not_found(rule: Rule, sound: str) -> None:
    assert not list(rule("sound.py", ast.parse(sound)))


@pytest.mark.parametrize(
    "planted",
    [
        "log.info(f'sent {text}')",
        "log.info('Sent it to Ada')",
        "log.info(text)",
        "self._log.warning('message.sent', text=text)",
        "logger.error('message.sent', **fields)",
        "log.info('message.sent', message)",
        "log.bind(text=text)",
        "log.info('message.sent', stream=f'{text}')",
        "warns(log, text)",
        "warns(log, f'{text}')",
        "warns(log, 'Sent it to Ada')",
    ],
)
def test_control_text_in_a_log_line_is_found(planted: str) -> None:
    assert list(syntax.log_calls("planted.py", ast.parse(planted), ALLOWED))


def test_control_an_event_name_with_allowed_fields_is_not_found() -> None:
    sound = """
log.info("message.sent", stream=stream.id, count=len(batch))
self._log.error("hook.failed", **error_fields(error))
warns(root.around.log, "push_failed")
math.log(3)
x.info(y)
"""
    assert not list(syntax.log_calls("sound.py", ast.parse(sound), ALLOWED))
