"""The table of roles is what the running server does: every cell, over HTTPS and the WebSocket."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.inspect import StructType, UnionType, type_info

from onrecord.app.events import RULES
from onrecord.core.roles.permission import HOLDERS, Holder, Verdict
from onrecord.core.roles.table import TABLE, may_sign_in, permission
from onrecord.http.operations import operation_of
from onrecord.http.routes import ForSignedIn
from onrecord.protocol.frames import AnyClientFrame
from tests.integration.core import over_http, over_socket
from tests.integration.visitors import Bank, furnish, make_bank, user_name, visitor
from tests.rig.process import running
from tools.openapi import entries, ways

Cells = dict[tuple[str, Holder], Verdict]
FRAMES = {frame: row for row in TABLE for frame in ways()[row.action] if frame.startswith("> ")}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """Somebody of each role, at a table of their own, in a running bank."""
    made = make_bank(tmp_path_factory.mktemp("roles"))
    with running(made.made):
        furnish(made)
        yield made


def stated() -> Cells:
    """The table, a cell for each route and frame."""
    return {
        (f"{row.action} {how}", role): row.of(role)
        for row in TABLE
        for how in ways()[row.action]
        for role in HOLDERS
    }


def shown(bank: Bank) -> Cells:
    """What the server does."""
    cells: Cells = {}
    for role in HOLDERS:
        found = over_http.observed(bank, role, TABLE)
        found["chat.start POST /api/v1/conversations"] = over_http.start(bank, role)
        said = asyncio.run(over_socket.observed(bank, role, list(FRAMES)))
        found |= {f"{FRAMES[frame].action} {frame}": verdict for frame, verdict in said.items()}
        cells |= {(how, role): verdict for how, verdict in found.items()}
    return cells


def differences(one: Cells, other: Cells) -> list[tuple[str, Holder]]:
    """Cells that are not the same in both."""
    return sorted(cell for cell in {**one, **other} if one.get(cell) != other.get(cell))


def test_every_cell_of_the_table_is_what_the_server_does(bank: Bank) -> None:
    cells = shown(bank)
    print(f"{len(cells)} cells tried")
    assert differences(stated(), cells) == []


@pytest.mark.parametrize("role", HOLDERS)
def test_who_may_be_signed_in_at_the_console_is_let_in_there(bank: Bank, role: Holder) -> None:
    with visitor(bank, user_name(role)) as one:
        assert one.sign_in("console").is_success == (role in may_sign_in("console"))


PLANTED: tuple[tuple[str, Holder, str], ...] = (
    ("console.people", "auditor", "POST /api/v1/admin/people"),
    ("chat.invite", "client", "GET /api/v1/invites"),
    ("chat.group", "client", "> title"),
)


def test_control_permission_lines_that_let_somebody_in_are_seen(tmp_path: Path) -> None:
    """A server whose guards have some cells wrong is told from one that has none.

    Behind the guards, one check is left out: what is `own` in the table is open to all.
    """
    bank = make_bank(tmp_path)
    cells = ";".join(f"{action},{role}" for action, role, _ in PLANTED)
    with running(bank.made, plant=cells, defects="sight"):
        furnish(bank)
        found = [_let_in(bank, *planted) for planted in PLANTED]
        reports = over_http.observed(bank, "client", (permission("chat.report"),))
    assert list(reports.values()) == ["allowed"], "messages of others are reported"
    assert permission("chat.report").of("client") == "own"
    assert found == [True, True, True]
    assert [permission(action).of(role) for action, role, _ in PLANTED] == 3 * ["refused"]


def _let_in(bank: Bank, action: str, role: Holder, how: str) -> bool:
    if how in FRAMES:
        return asyncio.run(over_socket.observed(bank, role, [how]))[how] != "refused"
    found = over_http.observed(bank, role, (permission(action),))
    return found[f"{action} {how}"] != "refused"


def test_every_frame_of_a_client_stands_in_the_table() -> None:
    kinds = type_info(AnyClientFrame)
    assert isinstance(kinds, UnionType)
    tags = {str(kind.tag) for kind in kinds.types if isinstance(kind, StructType)}
    assert {frame.split()[1] for frame in FRAMES} == tags
    assert {rule.action for rule in RULES.values() if rule.action} <= {row.action for row in TABLE}


def test_each_action_of_the_table_is_done_by_something() -> None:
    assert all(ways().values()), ways()


def test_control_every_frame_of_the_table_is_tried() -> None:
    assert set(over_socket.TRIES) == set(FRAMES)


def test_every_body_that_names_what_may_be_anothers_is_tried() -> None:
    own = {how for row in TABLE for how in ways()[row.action] if "own" in row.verdicts.values()}
    found = {
        f"{entry.method} {entry.path}"
        for entry in (*entries("chat"), *entries("console"))
        if isinstance(entry, ForSignedIn) and _names_something(operation_of(entry.handler).takes)
    }
    places = tuple(over_http.IN_PATHS)
    tried = {how for how in found & own if not any(place in how for place in places)}
    assert tried == set(over_http.IN_BODIES)


def _names_something(body: type | None) -> bool:
    """Whether a body has ids of what there is; its own `id` is a new one."""
    fields = [] if body is None else msgspec.structs.fields(body)
    kinds = [each.type for each in fields if each.encode_name != "id"]
    return any("{32}" in str(msgspec.json.schema_components((kind,))) for kind in kinds)
