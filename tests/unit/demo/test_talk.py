"""The demo's conversations are possible: members speak, about messages that were said."""

import pytest

from onrecord.demo.cast import CAST, EVERYBODY, FIRM
from onrecord.demo.talk import TALKS, Add, Edit, React, Remove, Say, Talk


@pytest.mark.parametrize("talk", TALKS)
def test_only_members_do_anything(talk: Talk) -> None:
    members = {talk.founder, *talk.others}
    for step in talk.steps:
        if isinstance(step, Add):
            members.add(step.person)
        assert step.who in members


@pytest.mark.parametrize("talk", TALKS)
def test_only_what_was_said_is_referred_to(talk: Talk) -> None:
    said = {"": talk.founder}
    for step in talk.steps:
        if isinstance(step, Say):
            assert step.reply_to in said
            said[step.name] = step.who
        elif isinstance(step, Edit | Remove):
            assert said[step.message] is step.who, "only the author can"
        elif isinstance(step, React):
            assert step.message in said


@pytest.mark.parametrize("talk", TALKS)
def test_only_the_firm_begins_conversations_and_changes_groups(talk: Talk) -> None:
    adders = [step.who for step in talk.steps if isinstance(step, Add)]
    assert {person.org for person in (talk.founder, *adders)} == {FIRM}
    assert (talk.kind == "group") == (talk.title is not None)


def test_nobody_says_more_than_the_limit_lets_through_at_once() -> None:
    lines = [step.who for talk in TALKS for step in talk.steps if isinstance(step, Say)]
    assert max(lines.count(person) for person in CAST) <= 20


def test_the_issue_asks_for_five_to_try_it_as() -> None:
    roles = sorted(person.role for person in CAST)
    assert roles == ["advisor", "client", "compliance", "employee", "employee"]
    assert len({person.username for person in EVERYBODY}) == len(EVERYBODY)
