"""A client whom an administrator adds with an advisor: they begin as if that one had invited them.

The conversation's first record is the advisor's, by an administrator's hand (`kept.auth`).
"""

from collections.abc import Iterable

from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed
from onrecord.core.domain.ids import ClientId, direct_stream_id, event_id_of, new_id
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef
from onrecord.core.journal.case import ADVISORS
from onrecord.core.ports import Recorder
from onrecord.features.people.means import Means
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.conversations import ConversationCreated


class Advisors:
    """Who may have clients, found by id, user name or mail address."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._found: dict[str, Person] = {}
        for one in people:
            if one.active and one.kind == "employee" and one.role in ADVISORS:
                names = (one.mail, one.username, one.id)
                self._found.update({name.casefold(): one for name in names if name})

    def find(self, called: str) -> Person | None:
        """Return who is called so; None: nobody who may have clients."""
        return self._found.get(called.strip().casefold())


class Assigning:
    """Finds advisors, and begins their conversations with clients who were added."""

    def __init__(self, means: Means, recorder: Recorder) -> None:
        self._store = means.store
        self._read = means.read
        self._clock = means.clock
        self._recorder = recorder

    async def advisors(self, called: Iterable[str | None]) -> Advisors:
        """Return those of now; nobody is read where nobody is *called*."""
        named = any(each is not None for each in called)
        return Advisors(await self._read(self._store.people) if named else ())

    async def begin(self, actor: Actor, origin: Origin, client: Person, advisor: Person) -> None:
        """Record the conversation of a new client and their advisor. Cancelling may leave it out.

        Raises what the conversation refuses, and Unavailable (`archive_unavailable`).
        """
        id = ClientId(new_id(self._clock))
        stream = direct_stream_id(advisor.id, client.id)
        command = Command(
            event_id=event_id_of(advisor.id, id),
            stream=stream,
            actor=advisor.actor,
            origin=Origin(f"administrator {actor.id}", origin.device, origin.addresses),
            body=ConversationCreated((advisor.id, client.id)),
            client_id=id,
            create=StreamRef(stream, "direct"),
        )
        try:
            await self._recorder.record(command)
        except Conflict:  # the advisor was quicker
            return


def advisor_for(kind: str, called: str | None, advisors: Advisors) -> Person | None:
    """Return whom somebody is to be added with; None: nobody.

    Raises BadInput (`bad_body`), NotAllowed (`not_an_advisor`).
    """
    if called is None:
        return None
    if kind != "client":
        raise BadInput("bad_body", "Only a client has an advisor.")
    found = advisors.find(called)
    if found is None:
        detail = f"Nobody who may have clients has the user name or mail address {called}."
        raise NotAllowed("not_an_advisor", detail)
    return found
