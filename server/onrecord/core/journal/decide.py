"""May this be said here, and what exactly is said: a command under its conversation's lock.

Each type of event has one rule, in the table that the features' are joined into (app/events.py). It
is a function of what is asked for and its case to the payload that goes on the record; it changes
the head's members where the event does, and raises Refusal.
"""

from onrecord.core.domain.errors import BadInput, NotAllowed, NotFound, Refusal
from onrecord.core.domain.values import DELIVERED, Command, Role, SystemEntry
from onrecord.core.journal.case import Case, Rule, Rules, stranger
from onrecord.core.journal.stubs import closed_conversation
from onrecord_archive.events.audience import may_be_first
from onrecord_archive.events.payload import Payload


def decide(case: Case) -> Payload | SystemEntry:
    """Return the payload that goes on the record. Raises Refusal."""
    command, body = case.command, case.command.body
    if isinstance(body, SystemEntry):
        _check_open(case)
        if case.head.ref.kind in DELIVERED:
            raise BadInput("bad_frame", "This belongs in a system stream.")
        return body
    rule = case.rules.events.get(type(body))
    if rule is None or not may_record(command.actor.role, rule, case.rules):
        raise NotAllowed("not_allowed", "Your role does not allow this.")
    if not may_be_first(body):
        _check_may_come(case, rule)
    _check_open(case)
    return rule.decide(body, case)


def may_record(role: Role, rule: Rule, rules: Rules) -> bool:
    """Whether a role may record such an event; membership and authorship are checked besides."""
    if role == "system":
        return True
    return rule.action is not None and rules.permits(role, rule.action)


def nothing_there(command: Command, rules: Rules) -> Refusal:
    """Return why a command that begins no conversation finds none: no answer tells that."""
    rule = None if isinstance(command.body, SystemEntry) else rules.events.get(type(command.body))
    if rule is not None and _comes_by_itself(command, rule):
        return NotFound("no_such_conversation", "There is no such conversation.")
    return stranger(restoring=rules.restoring)


def _check_may_come(case: Case, rule: Rule) -> None:
    """Refuse who is no member, with the same words whether there is such a conversation."""
    command, head = case.command, case.head
    if head.conv_seq == 0:
        raise nothing_there(command, case.rules)
    if command.actor.id not in head.members and not _comes_by_itself(command, rule):
        raise stranger(restoring=case.rules.restoring)


def _comes_by_itself(command: Command, rule: Rule) -> bool:
    return (rule.by_service and command.actor.kind == "system") or rule.lets_in(command)


def _check_open(case: Case) -> None:
    if case.head.closed:
        raise closed_conversation()
