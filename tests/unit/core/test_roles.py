"""What the table of roles decides: who gets past a guard, and who may put what on the record."""

import pytest

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.values import Role
from onrecord.core.journal import decide
from onrecord.core.journal.case import Rules
from onrecord.core.roles.permission import HOLDERS, Holder, row
from onrecord.core.roles.table import may_sign_in, permission, permits, usual_place
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.conversations import ConversationCreated, MemberAdded, Positions
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload

FIRM = Rules(RULES, permits, TABLES.moves)
STAFF: tuple[Holder, ...] = ("compliance", "administrator", "auditor")


def may_record(role: Role, body: type[Payload]) -> bool:
    """Whether a role may record such an event."""
    return decide.may_record(role, RULES[body], FIRM)


def test_a_mark_of_a_row_says_who_gets_past_the_guard() -> None:
    one = row("console.example", "+o-+o-", "Try it")
    assert [one.allows(role) for role in HOLDERS] == [True, True, False, True, True, False]
    assert [one.of(role) for role in HOLDERS[:3]] == ["allowed", "own", "refused"]


def test_the_system_itself_may_do_everything() -> None:
    one = row("chat.example", "------", "Try it")
    assert one.of("system") == "allowed"
    assert one.allows("system")
    assert may_record("system", MessageSent)
    assert may_record("system", Positions)


def test_an_action_belongs_to_the_listener_that_it_names() -> None:
    assert permission("chat.say").place == "chat"
    assert permission("console.cases").place == "console"


def test_the_console_is_for_those_with_an_office_and_the_chat_for_all() -> None:
    assert may_sign_in("console") == set(STAFF)
    assert may_sign_in("chat") == set(HOLDERS)
    places = {role: usual_place(role) for role in HOLDERS}
    assert {role for role, place in places.items() if place == "console"} == set(STAFF)


def test_what_is_not_in_the_table_nobody_may_do() -> None:
    with pytest.raises(KeyError):
        permission("chat.everything")
    assert not any(may_record(role, Positions) for role in HOLDERS)


@pytest.mark.parametrize(
    ("body", "may"),
    [
        (MessageSent, set(HOLDERS)),
        (ConversationCreated, set(HOLDERS) - {"client"}),
        (MemberAdded, set(HOLDERS) - {"client"}),
        (ConversationHandedOver, {"employee", "advisor"}),
    ],
)
def test_a_role_may_record_what_its_action_allows(body: type[Payload], may: set[Role]) -> None:
    assert {role for role in HOLDERS if may_record(role, body)} == may


def test_everything_that_people_record_is_an_action_of_the_chat() -> None:
    assert {permission(rule.action).place for rule in RULES.values() if rule.action} == {"chat"}
