"""May this be marked as a complaint, and may this complaint be closed.

A message, or the conversation as a whole, has at most one that is open. None is filed where another
client would read it.
"""

from collections.abc import Mapping
from typing import Final

from onrecord.core.domain.complaints import reference_of
from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from onrecord.core.domain.texts import check_text, is_blank
from onrecord.core.journal.case import Case, Rule, seen_message
from onrecord.features.complaints.standing import COMPLAINTS
from onrecord.features.relationships.relation import RELATION
from onrecord_archive.events.complaints import CategoryWords, ComplaintClosed, ComplaintFiled
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time


def _file(body: ComplaintFiled, case: Case) -> ComplaintFiled:
    head, event = case.head, case.command.event_id
    clients = sum(who.kind == "client" for who in head.members.values())
    if RELATION.of(head) is None and not clients:
        raise NotAllowed("no_relationship", "This is no conversation with a client.")
    if clients > 1:
        detail = (
            "Another client reads along here and would see the complaint."
            " Make it in the conversation of the client and their advisor."
        )
        raise NotAllowed("other_client_reads", detail)
    rules = case.rules.complaints
    words = rules.categories.get(body.category)
    if words is None:
        detail = "There is no such kind of complaint here. Reload, and choose another one."
        raise BadInput("no_such_category", detail)
    check_text(body.reason)
    if body.target is not None:
        seen_message(case, body.target)  # a removed one may be meant
    for each in COMPLAINTS.of(head):
        if each.target == body.target:
            detail = f"This is marked as a complaint already: {each.reference}."
            raise Conflict("complaint_exists", detail)
    return ComplaintFiled(
        reference=reference_of(event),
        category=body.category,
        about=words.get(body.locale) or next(iter(words.values()), body.category),
        locale=body.locale,
        reason=body.reason,
        due=format_time(rules.due(case.now)),
        words=CategoryWords(words.get("en"), words.get("pl")),
        target=body.target,
    )


def _close(body: ComplaintClosed, case: Case) -> ComplaintClosed:
    head, actor = case.head, case.command.actor
    found = next((each for each in COMPLAINTS.of(head) if each.event == body.complaint), None)
    if found is None:
        detail = "There is no such complaint here, or it was answered or taken back already."
        raise NotFound("no_such_complaint", detail)
    if body.outcome == "answered" and actor.kind != "employee":
        raise NotAllowed("not_allowed", "Only the firm can say that it has answered a complaint.")
    relation = RELATION.of(head)
    client = None if relation is None else relation.client
    if body.outcome == "withdrawn" and actor.id not in (found.person, client):
        raise NotAllowed("not_allowed", "Only whoever made a complaint can take it back.")
    note = None if body.note is None or is_blank(body.note) else body.note
    return ComplaintClosed(found.event, found.reference, body.outcome, note)


RULES: Final[Mapping[type[Payload], Rule]] = {
    ComplaintFiled: Rule(_file, "chat.complaint"),
    ComplaintClosed: Rule(_close, "chat.complaint"),
}
