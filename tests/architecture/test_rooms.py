"""A feature is a folder; layers are rules inside it (DESIGN 10)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.rules.rooms import (
    by_position,
    feature,
    past_services,
    ring,
    room,
    statements,
    wrong_rooms,
)
from tests.architecture.rules.source import PACKAGES, listed, modules, parsed, python_files
from tests.architecture.rules.syntax import imported

FILES = 45
"""How many source files a folder holds at most."""
FULLER: dict[str, int] = {}
"""Folders that hold more, and how many; that only becomes less."""


@cache
def imports() -> dict[str, list[tuple[int, str]]]:
    """What each module imports: of our own the module, of all else the name."""
    paths = dict(modules())
    return {name: sorted(set(named(paths, path))) for name, path in paths.items()}


def named(paths: dict[str, Path], path: Path) -> Iterator[tuple[int, str]]:
    found = list(imported(parsed(path)))
    for line, name in found:
        deeper = any(other.startswith(f"{name}.") for at, other in found if at == line)
        foreign = name.partition(".")[0] not in PACKAGES
        if foreign or (name in paths and not (deeper and is_package(paths[name]))):
            yield line, name


def is_package(path: Path) -> bool:
    return path.name == "__init__.py"


def test_no_module_looks_into_a_room_that_is_not_for_it() -> None:
    findings = list(wrong_rooms(imports()))
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("onrecord.features.a.service", "onrecord.features.a.routes"),
        ("onrecord.features.a.desk", "starlette.requests"),
        ("onrecord.features.a.routes", "onrecord.features.a.store"),
        ("onrecord.features.a.own_store", "onrecord.http.problems"),
        ("onrecord.features.a.bodies", "onrecord.features.a.service"),
        ("onrecord.core.delivery.deliver", "uvicorn"),
        ("onrecord.ws.gateway", "onrecord.database.statements"),
        ("onrecord.http.routes", "onrecord.features.a.store"),
    ],
)
def test_control_a_wrong_room_is_found(module: str, name: str) -> None:
    (finding,) = wrong_rooms({module: [(7, name)]})
    assert finding.where == f"{module}:7"


def test_every_statement_stands_in_a_store() -> None:
    findings = [one for name, path in modules() for one in statements(name, parsed(path))]
    assert not findings, listed(findings)


def test_control_a_statement_elsewhere_is_found() -> None:
    planted = ast.parse('ALL = sql("SELECT id FROM person")')
    assert len(list(statements("onrecord.features.a.service", planted))) == 1
    typed = ast.parse('ALL = query(PersonId, "SELECT id FROM person")')
    assert len(list(statements("onrecord.features.a.service", typed))) == 1
    assert not list(statements("onrecord.features.a.own_store", planted))


def test_control_rooms_are_known_by_their_names() -> None:
    rooms = {room(name) for name in imports() if feature(name)}
    assert rooms == {"routes", "store", "bodies", "service"}


def test_another_feature_is_used_through_its_service() -> None:
    findings = list(past_services(imports()))
    assert not findings, listed(findings)


def test_control_what_goes_past_a_service_is_found() -> None:
    findings = past_services(
        {
            "onrecord.features.a.service": [
                (1, "onrecord.features.a.store"),
                (2, "onrecord.features.b.desk"),
                (3, "onrecord.features.c.store"),
            ],
            "onrecord.features.a.store": [(1, "onrecord.features.b.store")],
            "onrecord.features.a.bodies": [(1, "onrecord.features.b.bodies")],
        }
    )
    assert [each.where for each in findings] == ["onrecord.features.a.service:3"]


@pytest.mark.parametrize(
    ("room", "other"),
    [("routes", "routes"), ("routes", "store"), ("bodies", "service"), ("store", "routes")],
)
def test_control_another_features_room_is_shut(room: str, other: str) -> None:
    assert list(
        past_services({f"onrecord.features.a.{room}": [(1, f"onrecord.features.b.{other}")]})
    )


def test_no_module_imports_in_a_ring() -> None:
    assert ring(imports()) == []


def test_control_a_ring_is_found() -> None:
    assert ring({"a": [(1, "b")], "b": [(1, "c")], "c": [(1, "b")], "d": []}) == ["b", "c"]


def test_no_folder_is_fuller_than_its_limit() -> None:
    counts: dict[str, int] = {}
    for path in python_files(*PACKAGES.values()):
        folder = str(path.parent.relative_to(PACKAGES["onrecord"].parents[1]))
        counts[folder] = counts.get(folder, 0) + (path.name != "__init__.py")
    found = {name: count for name, count in counts.items() if count > FILES}
    migrations = "server/onrecord/database/migrations/versions"
    found.pop(migrations, None)  # one file a change of the schema, for ever
    assert found == FULLER


def test_rows_are_read_by_name() -> None:
    """The path of a message (core/store) reads tuples."""
    stores = [(name, path) for name, path in modules() if feature(name) and room(name) == "store"]
    found = {name: list(by_position(parsed(path))) for name, path in stores}
    assert not {name: lines for name, lines in found.items() if lines}


@pytest.mark.parametrize(
    "planted",
    [
        *("row[0]", "row[:8]", "row[-1]", "Person(*row)", "id, *rest = row", "tx.only(A)[1]"),
        *("for id, name in tx.all(A): pass", "[id for id, _ in self._tx.all(A)]"),
    ],
)
def test_control_a_row_read_by_position_is_found(planted: str) -> None:
    assert list(by_position(ast.parse(planted))) == [1]


def test_control_what_has_names_is_not() -> None:
    named = "row.name\nfound[stream]\nvalues[1]\nfor row in tx.all(A): pass"
    assert not list(by_position(ast.parse(named)))
