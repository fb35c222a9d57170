"""No request has the event loop open a file."""

import ast

import pytest

from tests.architecture.rules.loop_files import opened, zones_read
from tests.architecture.rules.source import Finding, listed, modules, parsed

COMMANDS = ("onrecord.cli.", "onrecord.demo.")
"""Where the one who waits is the one who asked."""


def test_no_coroutine_of_the_server_opens_a_file() -> None:
    findings = [
        Finding(name, each)
        for name, path in modules()
        if name.startswith("onrecord.") and not name.startswith(COMMANDS)
        for each in opened(parsed(path))
    ]
    assert not findings, listed(findings)


def test_time_zones_are_those_that_were_read_at_the_start() -> None:
    findings = [
        Finding(name, f"{each}: take it from core/domain/zones.py")
        for name, path in modules()
        if name.startswith("onrecord.") and not name.startswith(COMMANDS)
        for each in zones_read(name, parsed(path))
    ]
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    "planted",
    [
        "async def serve(path): return path.read_bytes()",
        "async def serve(path):\n with open(path) as file: return file",
        "async def serve(path): return os.open(path, os.O_RDONLY)",
    ],
)
def test_a_coroutine_that_opens_one_is_found(planted: str) -> None:
    assert list(opened(ast.parse(planted)))


def test_what_a_thread_opens_is_not() -> None:
    planted = "async def serve(path):\n def read(): return path.read_bytes()\n return await t(read)"
    assert not list(opened(ast.parse(planted)))


def test_a_zone_that_is_made_of_its_file_is_found() -> None:
    planted = ast.parse("def preview(name): return datetime.now(ZoneInfo(name))")
    assert list(zones_read("onrecord.features.hours.text", planted))
