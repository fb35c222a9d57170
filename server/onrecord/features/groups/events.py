"""May this be done to a group, and what goes on the record: members, admins, name, link.

Who may: an admin. While none of a group's admins is there any more, all of the firm's members may.
No client is left with nobody of the firm: whoever is the last one hands over
(relationships/events.py).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from onrecord.core.domain.clock import asked_time
from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from onrecord.core.domain.groups import SEEN, check_title, joins_by_link
from onrecord.core.domain.texts import is_blank, is_plain
from onrecord.core.journal.case import (
    Case,
    Rule,
    check_answers,
    join,
    known_person,
    leave,
    shared_from,
    who_answer,
)
from onrecord.core.journal.heads import StreamHead
from onrecord.features.complaints.standing import COMPLAINTS
from onrecord.features.groups.standing import (
    GROUP,
    Group,
    admins_there,
    check_joins,
    is_there,
    manages,
)
from onrecord_archive.events.conversations import (
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    TitleChanged,
)
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.payload import Payload

LONGEST_LINK = timedelta(days=30)
"""A link opens the group for no longer than this after it was made."""
CLOCKS = timedelta(minutes=1)
"""How far the clock of the person who makes a link may be ahead."""


def _led(case: Case) -> None:
    """Raise NotAllowed (`not_a_group`, `not_an_admin`) unless the actor leads this group."""
    if case.head.ref.kind != "group":
        raise NotAllowed("not_a_group", "Members and title are a group's; this is no group.")
    if not joins_by_link(case.command) and not manages(
        case.head, case.command.actor, case.is_active
    ):
        raise NotAllowed("not_an_admin", "Only an admin of this group can do that.")


def _add(body: MemberAdded, case: Case) -> MemberAdded:
    _led(case)
    head = case.head
    if body.link is not None:
        check_joins(_group(head).link, body.link, case.command.actor, case.now)
    if body.person in head.members:
        raise Conflict("already_a_member", "This person is in the group already.")
    if len(head.members) >= case.rules.group_size:
        raise BadInput("too_many_members", f"A group has at most {case.rules.group_size} members.")
    person = known_person(case, body.person)
    if person.kind == "client":
        check_answers(case, person.id)
        _check_no_complaint(head)
    from_seq = head.conv_seq + 1
    if body.since is not None:
        from_seq = min(from_seq, shared_from(case, body.since, case.command.actor.id))
    join(head, person, from_seq)
    return MemberAdded(person.id, from_seq, body.since, body.link)


def _share(body: HistoryShared, case: Case) -> HistoryShared:
    _led(case)
    head = case.head
    _check_member(case, body.person)
    from_seq = min(
        head.reads_from[body.person], shared_from(case, body.since, case.command.actor.id)
    )
    head.reads_from = {**head.reads_from, body.person: from_seq}
    head.members_changed = True
    return HistoryShared(body.person, from_seq, body.since)


def _remove(body: MemberRemoved, case: Case) -> MemberRemoved:
    _led(case)
    _check_member(case, body.person)
    if body.person == case.command.actor.id:
        raise BadInput("bad_frame", "Use `leave` to leave a group.")
    _check_answered_without(case, body.person)
    leave(case.head, body.person)
    return body


def _title(body: TitleChanged, case: Case) -> TitleChanged:
    _led(case)
    check_title(body.title)
    case.head.ref = replace(case.head.ref, title=body.title)
    return body


def _admin(body: AdminChanged, case: Case) -> AdminChanged:
    _led(case)
    _check_member(case, body.person)
    is_admin = body.person in _group(case.head).admins
    if body.on == is_admin:
        raise Conflict("group_same", "It is like this already.")
    if not body.on:
        _check_not_last(case, body.person)
    elif known_person(case, body.person).kind == "client":
        raise NotAllowed("client_no_admin", "A client cannot be an admin of the firm's group.")
    return body


def _describe(body: GroupDescribed, case: Case) -> GroupDescribed:
    _led(case)
    text = "" if is_blank(body.text) else body.text
    if not is_plain(text):
        raise BadInput("bad_name", f"What a group is for is written {SEEN}.")
    if text == (_group(case.head).description or ""):
        raise Conflict("group_same", "It is like this already.")
    return GroupDescribed(text)


def _posting(body: PostingChanged, case: Case) -> PostingChanged:
    _led(case)
    if body.admins_only == _group(case.head).admins_only:
        raise Conflict("group_same", "It is like this already.")
    return body


def _picture(body: GroupPictured, case: Case) -> GroupPictured:
    _led(case)
    if body.sha256 == _group(case.head).picture:
        raise Conflict("group_same", "It is like this already.")
    return body


def _make_link(body: JoinLinkMade, case: Case) -> JoinLinkMade:
    _led(case)
    until = asked_time(body.until, "until")
    if not case.now < until <= case.now + LONGEST_LINK + CLOCKS:
        days = LONGEST_LINK.days
        raise BadInput("bad_period", f"A link ends in the future, within {days} days.")
    return body


def _revoke_link(body: JoinLinkRevoked, case: Case) -> JoinLinkRevoked:
    _led(case)
    if _group(case.head).link is None:
        raise NotFound("no_such_link", "This group has no link, or not any more.")
    return body


def _left(body: MemberLeft, case: Case) -> MemberLeft:
    if case.head.ref.kind != "group" and not body.ended:
        raise NotAllowed("not_a_group", "A direct conversation cannot be left.")
    if not body.ended:
        _check_answered_without(case, case.command.actor.id)
        _check_not_last(case, case.command.actor.id)
    leave(case.head, case.command.actor.id)
    return body


def _check_member(case: Case, person: PersonId) -> None:
    if person not in case.head.members:
        raise NotFound("not_a_member", "This person is not in the group.")


def _check_no_complaint(head: StreamHead) -> None:
    """Raise Conflict where a client who comes in would read how another one's complaint ends."""
    if COMPLAINTS.of(head):
        detail = (
            "A complaint is open in this group, and another client would read of it."
            " Answer it first, or make a new group."
        )
        raise Conflict("complaint_open", detail)


def _check_answered_without(case: Case, person: PersonId) -> None:
    """Raise Conflict where a client would be left with nobody of the firm who can answer."""
    members = case.head.members
    clients = any(member.kind == "client" for member in members.values())
    if not clients or members[person].kind != "employee":
        return
    answer = set(who_answer(case))
    if not answer:
        detail = "Nobody who could answer is here: a colleague of theirs has to be added first."
        raise Conflict("nobody_answers", detail)
    if answer == {person}:
        own = person == case.command.actor.id
        who = "You are" if own else f"{members[person].name} is"
        detail = f"{who} the last of the firm here: hand over first, or a client would be alone."
        raise Conflict("last_of_firm", detail)


def _check_not_last(case: Case, person: PersonId) -> None:
    """Raise Conflict where a group that somebody else could lead would lose its last admin."""
    group, head = GROUP.of(case.head), case.head
    if group is None or person not in group.admins:
        return
    others = replace(group, admins=tuple(one for one in group.admins if one != person))
    if admins_there(head, others, case.is_active):
        return
    if any(is_there(head, one, case.is_active) for one in head.members if one != person):
        raise Conflict("last_admin", "Make somebody else an admin first: the group needs one.")


def _group(head: StreamHead) -> Group:
    return GROUP.of(head) or Group()


RULES: Final[Mapping[type[Payload], Rule]] = {
    MemberAdded: Rule(_add, "chat.group", lets_in=joins_by_link),
    MemberRemoved: Rule(_remove, "chat.group", by_service=True),
    MemberLeft: Rule(_left, "chat.leave"),
    HistoryShared: Rule(_share, "chat.group"),
    TitleChanged: Rule(_title, "chat.group"),
    AdminChanged: Rule(_admin, "chat.group"),
    GroupDescribed: Rule(_describe, "chat.group"),
    PostingChanged: Rule(_posting, "chat.group"),
    GroupPictured: Rule(_picture, "chat.group"),
    JoinLinkMade: Rule(_make_link, "chat.group"),
    JoinLinkRevoked: Rule(_revoke_link, "chat.group"),
}
