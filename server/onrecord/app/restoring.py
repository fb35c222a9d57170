"""What each entry of a system stream does after an older database came back, of all features."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from onrecord.core.domain.values import CONFIG
from onrecord.core.store.restoring import Effect, Effects, Restoring
from onrecord.features.clients import restored_store as clients
from onrecord.features.hours import restored_store as hours
from onrecord.features.notices import restored_store as notices
from onrecord.features.notifications import push_store as pushes
from onrecord.features.people import restored_store as people
from onrecord.features.relationships import restored_store as relationships
from onrecord.features.sign_in import restored_store as sign_in
from onrecord.features.sign_in.entries import STREAM as IDENTITY


def _joined(tables: Iterable[Effects]) -> Mapping[str, Sequence[Effect]]:
    whole: dict[str, list[Effect]] = {}
    for table in tables:
        for kind, effect in table.items():
            whole.setdefault(kind, []).append(effect)
    return MappingProxyType(whole)


FEATURES: Final = (people, relationships, clients, sign_in, hours, notices)
RESTORING: Final = Restoring(
    streams=frozenset({IDENTITY.id, CONFIG.id}),
    effects=_joined(each.EFFECTS for each in FEATURES),
    once=frozenset({"password.set", "sessions.ended", "credentials.destroyed"}),
    safe=(sign_in.SAFE, pushes.SAFE, clients.SAFE, people.SAFE),
)
WITHOUT_EFFECT = frozenset(
    {
        # Its secret is not on the record: it is gone, and made anew.
        "link.created",
        "passkey.added",
        "token.created",
        # Each session, link and open invite ends in any case; an invite is renewed by its advisor.
        "session.ended",
        "session.locked",
        "session.unlocked",
        "invite.created",
        "invite.renewed",
        "link.report_closed",
        "link.reported",
        # Whoever it was about proves or confirms it again.
        "client.confirmed",
        "client.proved",
        # What it did is an entry, or a record of its conversation, of its own.
        "break_glass.used",
        "invites.passed",
        "relationship.changed",
        "request.made",
        # It says what happened, and changed nothing that lasts, or a choice that is made again.
        "letter.failed",
        "letter.ordered",
        "letter.sent",
        "letters.chosen",
        "passkey.used",
        "proof.refused",
        "role_code.refused",
        "role_code.shown",
        "sign_in.refused",
        "unlock.refused",
    }
)
"""The other types of these streams, with why nothing is to be done for them."""
