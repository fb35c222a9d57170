"""The list of complaints, for compliance: without any text, so that no case is needed for it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onrecord.core.domain.errors import BadInput
from onrecord.features.complaints import bodies as wire
from onrecord.features.complaints.listing import FoundComplaint, Wanted, Which
from onrecord.features.complaints.service import ComplaintDesk
from onrecord.features.compliance.shown import choice_shown
from onrecord.http import queries
from onrecord.http.operations import done, gives, query, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.complaints import ComplaintCategory
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

COMPLAINTS = queries.limit_of(50, most=200)
STATE: queries.Choice[Which] = queries.choice_of(
    "state", "Which ones.", "all", "open", "overdue", "answered", "withdrawn"
)
REFERENCE = re.compile(r"[0-9A-Z-]{0,20}")
CATEGORY_MOST = 40


@dataclass(frozen=True, slots=True)
class ComplaintRoutes:
    """What compliance sees of complaints."""

    desk: ComplaintDesk
    categories: Sequence[ComplaintCategory]
    zone: Callable[[], str]

    def table(self) -> list[Entry]:
        """Return the routes."""
        may, path = "console.complaints", "/api/v1/complaints"
        return [
            ForSignedIn("GET", path, self._list, may),
            ForSignedIn("GET", f"{path}/figures", self._figures, may),
            ForSignedIn("POST", f"{path}/seen", self._seen, may),
        ]

    @gives(wire.ComplaintList)
    @query(
        state=STATE,
        person=queries.id_of("Who is or was in the conversation."),
        category=queries.words_of("What they are about.", most=CATEGORY_MOST),
        reference=queries.words_of("Part of the reference.", most=20),
        offset=queries.number_of("How many to pass over."),
        limit=COMPLAINTS,
    )
    async def _list(self, ask: SignedAsk) -> wire.ComplaintList:
        """List complaints, the open ones first, by the day that they are to be answered by."""
        asked = ask.request.query_params
        person = asked.get("person")
        reference = asked.get("reference", "").strip().upper()
        if not REFERENCE.fullmatch(reference):
            raise BadInput("bad_query", "A reference is letters and digits, such as C-7K3QX-9M2BD.")
        category = asked.get("category", "")
        if len(category) > CATEGORY_MOST:
            raise BadInput("bad_query", f"`category` has at most {CATEGORY_MOST} characters.")
        wanted = Wanted(
            STATE.of(ask.request),
            None if person is None else PersonId(queries.hex_id(person, "person")),
            category or None,
            reference,
        )
        offset = queries.number(ask.request, "offset") or 0
        limit = COMPLAINTS.of(ask.request)
        found, more, figures = await self.desk.page(wanted, offset=offset, limit=limit)
        shown = [_listed(one, overdue=overdue) for one, overdue in found]
        return wire.ComplaintList(
            shown,
            figures.open,
            figures.overdue,
            list(self.categories),
            more=more,
            upto=figures.upto,
            zone=self.zone(),
        )

    @gives(wire.ComplaintFigures)
    async def _figures(self, ask: SignedAsk) -> wire.ComplaintFigures:
        """Count the open complaints, and those that the asker's list has not shown yet."""
        figures = await self.desk.figures()
        unread = await self.desk.unread(ask.who.person.id)
        return wire.ComplaintFigures(figures.open, figures.overdue, unread)

    @takes(wire.ComplaintsSeen)
    @done
    async def _seen(self, ask: SignedAsk, body: wire.ComplaintsSeen) -> None:
        """Note that the asker has seen the list."""
        await self.desk.looked(ask.who.person.id, body.upto)


def _listed(found: FoundComplaint, *, overdue: bool) -> wire.ListedComplaint:
    return wire.ListedComplaint(
        id=found.event,
        reference=found.reference,
        category=found.category,
        about=found.about,
        person=found.person,
        conversation=choice_shown(found.conversation),
        conv_seq=found.conv_seq,
        at=format_time(found.at),
        due=format_time(found.due),
        state=found.outcome or "open",
        overdue=overdue,
        target_seq=found.target_seq,
        closed_at=None if found.closed_at is None else format_time(found.closed_at),
        closed_by=found.closed_by,
    )
