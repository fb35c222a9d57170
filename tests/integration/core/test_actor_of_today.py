"""What somebody does is theirs as they are now, however long their socket has been open."""

from typing import Literal

import pytest

from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import Command
from onrecord.database.statements import sql
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.personal import ConversationMarked
from tests.integration.core.stage import Stage

CHANGE = {
    "name": sql("UPDATE person SET name = ? WHERE id = ?"),
    "org": sql("UPDATE person SET org = ? WHERE id = ?"),
    "role": sql("UPDATE person SET role = ? WHERE id = ?"),
}


def change(stage: Stage, what: Literal["name", "org", "role"], value: str) -> None:
    """Change something of Anna in the directory, behind the back of every socket."""
    with stage.world.database.writing() as tx:
        tx.run(CHANGE[what], (value, stage.anna))


def mark(stage: Stage, person: PersonId) -> Command:
    """Pin the conversation in one's own list."""
    own, body = personal_stream(person), ConversationMarked(stage.stream, "pinned", on=True)
    return stage.world.command(person, own.id, body, create=own)


@pytest.mark.parametrize(
    ("what", "value"), [("name", "Anna Nowak"), ("org", "Elsewhere"), ("role", "advisor")]
)
@pytest.mark.parametrize("before", [False, True])
def test_a_command_stands_under_who_somebody_is_now(
    stage: Stage, what: Literal["name", "org", "role"], value: str, *, before: bool
) -> None:
    if before:  # the members of the conversation are known by then
        stage.settle(stage.command(MessageSent("before")))
    said, pinned = stage.command(MessageSent("after")), mark(stage, stage.anna)
    change(stage, what, value)
    settled = stage.settle(said, pinned)
    assert [getattr(each.event.actor, what) for each in settled.published] == [value, value]


@pytest.mark.parametrize(
    ("role", "code"), [("advisor", "no_relationship"), ("auditor", "not_allowed")]
)
def test_a_command_is_refused_that_somebodys_role_of_now_does_not_allow(
    stage: Stage, role: str, code: str
) -> None:
    stage.settle(stage.command(MessageSent("before")))
    zofia = stage.world.person("Zofia")
    command = stage.command(ConversationHandedOver(PersonId(""), zofia, 0, "all"))
    change(stage, "role", role)
    ((_, refusal),) = stage.settle(command).answers
    assert getattr(refusal, "code", None) == code
