"""Search: execute it, put it on the record, and only then show what was found.

(1) the case                       one of the officer's own
(2) the query                      days, words, who; refused before anything is read
(3) execute                        ids alone; no text leaves the store's thread
(4) record search.executed         the query, how many, the hash of what was found;
           search.refused          the query alone, where it found too much to be shown
(5) show                           pages of exactly what (4) says
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import chain

from msgspec import Struct
from msgspec.structs import asdict

from onrecord.core.domain.errors import BadInput, Conflict, NotFound
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Bridge
from onrecord.features.compliance.access import REFUSED, SEARCHED, AccessLog, stream_of
from onrecord.features.compliance.asked import Asked, asked_in
from onrecord.features.compliance.bodies import FoundMessage, HitPage, Query, SearchResult
from onrecord.features.compliance.cases import Casework, OpenedCase
from onrecord.features.compliance.hits import Chain, chain_of, found_messages
from onrecord.features.compliance.looks import OpenLooks
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Bounds, Finding, Hit, Officer, too_many_hits
from onrecord.features.search.understood import demand_words
from onrecord.features.sign_in.values import nobody
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.record import format_time

MOST_HITS = 100_000
"""A search that finds more is refused: nobody reads so much; it is to be narrowed down."""
FIRST_PAGE = 50


class Extent(Struct, frozen=True):
    """How much was found, as it stands on the record.

    `sha256` is over the event_ids (16 bytes each) of hits and their changes, by archive_index.
    """

    upto: int
    count: int
    records: int
    sha256: str

    def facts(self) -> Facts:
        """Return it as facts."""
        return asdict(self)


class _Look(Struct, frozen=True):
    words: tuple[str, ...]
    chains: Sequence[Chain]


class Searches:
    """Executes searches and pages through them."""

    def __init__(
        self,
        *,
        store: ComplianceStore,
        read: Bridge,
        access: AccessLog,
        cases: Casework,
        looks: OpenLooks["_Look"],
    ) -> None:
        self._store = store
        self._read = read
        self._access = access
        self._cases = cases
        self._looks = looks

    async def execute(self, officer: Officer, case_id: str, query: Query) -> SearchResult:
        """Search and return the first page. Raises Refusal (bodies.py, Query)."""
        case = await self._cases.use(officer, case_id)  # (1)
        if query.words is not None:  # (2)
            demand_words(query.words)
        asked = _asked(query)
        wheres = asked.bounds()
        await self._check(asked)
        why = case.facts(query.reason)
        if asked.conversation is not None:  # a look that names a conversation (scope.py)
            why = await self._cases.facts(case, asked.conversation, query.reason)
        facts = why | asked.facts()
        try:
            chains, extent = await self._read(self._find, wheres, None)  # (3)
        except BadInput as refusal:  # that there is so much of it is an answer too
            refused: Facts = {"code": refusal.code, "most": MOST_HITS}
            await self._access.record(officer, case.id, REFUSED, facts | refused)
            raise
        answer = await self._access.record(
            officer, case.id, SEARCHED, facts | extent.facts()
        )  # (4)
        look = _Look(wheres[0].words, chains)  # (5)
        number, weight = answer.conv_seq, extent.records
        self._looks.keep(officer, case.id, number, look, weight=weight)
        return SearchResult(
            number=number,
            recorded_at=format_time(answer.at),
            count=extent.count,
            records=extent.records,
            sha256=extent.sha256,
            upto=extent.upto,
            hits=await self._page(look, 0, FIRST_PAGE),
            more=extent.count > FIRST_PAGE,
        )

    async def page(
        self, officer: Officer, case: str, number: int, *, offset: int, limit: int
    ) -> HitPage:
        """Return further hits of an own search. Raises NotFound (`look_over`)."""
        look = self._looks.get(officer, case, number)
        hits = await self._page(look, offset, limit)
        return HitPage(offset, hits, offset + limit < len(look.chains))

    async def again(self, case: OpenedCase, number: int) -> tuple[Asked, list[int], Extent]:
        """Execute a recorded search of the case again, as of then, for its export.

        Returns the query, the archive_index of every record in order, and how much it is.

        Raises NotFound (`no_such_search`), Conflict (`search_changed`: it finds something else,
        since records were disposed of), Unavailable.
        """
        recorded = await self._recorded(case, number)
        asked = asked_in(recorded)
        upto = int(recorded["upto"])
        chains, extent = await self._read(self._find, asked.bounds(), upto)
        if any(recorded.get(name) != value for name, value in extent.facts().items()):
            raise Conflict("search_changed", "The search finds something else now. Search again.")
        return asked, await self._read(sorted, chain.from_iterable(chains)), extent

    def _find(self, wheres: Sequence[Bounds], upto: int | None) -> tuple[list[Chain], Extent]:
        """Return what is found within any of the bounds, up to the same record; newest first."""
        found: dict[int, Hit] = {}
        for where in wheres:
            finding = self._store.find(where, upto=upto, most=MOST_HITS)
            upto = finding.upto
            found |= {hit.message.archive_index: hit for hit in finding.hits}
            if len(found) > MOST_HITS:
                raise too_many_hits(MOST_HITS)
        hits = [found[index] for index in sorted(found, reverse=True)]
        return [chain_of(hit) for hit in hits], extent_of(Finding(upto or 0, hits))

    async def _recorded(self, case: OpenedCase, number: int) -> dict[str, str | int]:
        found = await self._read(self._store.records, stream_of(case.id), number, number)
        if not found or found[0].type != SEARCHED or found[0].plain is None:
            raise NotFound("no_such_search", "This case has no such search.")
        facts: dict[str, str | int] = shown_of(found[0])["payload"]
        return facts

    async def _check(self, asked: Asked) -> None:
        for person in asked.persons:
            if not await self._read(self._store.is_person, person):
                raise nobody()
        stream = asked.conversation
        if stream and await self._read(self._store.conversation, stream) is None:
            raise NotFound("no_such_conversation", "There is no such conversation.")

    async def _page(self, look: _Look, offset: int, limit: int) -> list[FoundMessage]:
        chains = look.chains[offset : offset + limit]
        indexes = list(chain.from_iterable(chains))
        records = await self._read(self._store.records_at, indexes)
        return found_messages(chains, records, look.words)


def extent_of(finding: Finding) -> Extent:
    """Return what a search's record says about what was found."""
    places = [place for hit in finding.hits for place in (hit.message, *hit.changes)]
    places.sort(key=lambda place: place.archive_index)
    digest = sha256(b"".join(place.event_id for place in places)).hexdigest()
    return Extent(finding.upto, len(finding.hits), len(places), digest)


def _asked(query: Query) -> Asked:
    people = list(dict.fromkeys([*([query.person] if query.person else []), *(query.people or ())]))
    return Asked(
        words=query.words,
        person=PersonId(people[0]) if people else None,
        more_people=" ".join(people[1:]) or None,
        person_as=query.person_as,
        conversation=None if query.conversation is None else StreamId(query.conversation),
        from_day=query.from_day,
        to_day=query.to_day,
    )
