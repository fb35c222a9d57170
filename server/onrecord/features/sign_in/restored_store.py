"""What entries of the streams do to sign-in when an older database came back, and what ends."""

from datetime import datetime
from typing import Final

from onrecord.core.store.restoring import Doing, Effects, Facts, Safe, values
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.sign_in.store import ENROL

NEW_EPOCHS = sql("UPDATE account SET epoch = epoch + 1")
END_SESSIONS = sql("UPDATE session SET ended_at = ? WHERE ended_at IS NULL")
END_TICKETS = sql("DELETE FROM session_ticket")
END_LINKS = sql("DELETE FROM sign_in_link")
REVOKE_TOKEN = sql("UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")


def _token_revoked(doing: Doing, facts: Facts) -> None:
    doing.tx.run(REVOKE_TOKEN, (micros(doing.at), *values(facts, "token")))


def _session_opened(doing: Doing, facts: Facts) -> None:
    doing.tx.run(ENROL, (micros(doing.at), *values(facts, "person")))


EFFECTS: Final[Effects] = {"token.revoked": _token_revoked, "session.opened": _session_opened}


def _make_safe(tx: Tx, at: datetime) -> None:
    """End every session, ticket and link."""
    tx.run(NEW_EPOCHS)
    tx.run(END_SESSIONS, (micros(at),))
    tx.run(END_TICKETS)
    tx.run(END_LINKS)


SAFE: Final[Safe] = _make_safe
