"""The statements about tokens that end soon, and whether that was told."""

from datetime import datetime, timedelta

from onrecord.core.domain.ids import SessionId
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.rows import named
from onrecord.database.statements import query, sql
from onrecord.features.people.along_store import go_along
from onrecord.features.people.told import Along
from onrecord.features.sign_in.store import PERSON_COLUMNS, TOKEN_COLUMNS
from onrecord.features.sign_in.values import TokenEnds

# `told_days` of a token: how many days before its end that was told; none: not yet.
TOKENS_ENDING = query(
    TokenEnds,
    """SELECT {token}, {owner}, w.name AS whose FROM api_token t
        JOIN person w ON w.id = t.person JOIN account v ON v.person = w.id
        JOIN person p ON p.id = COALESCE(v.owner, w.id) JOIN account a ON a.person = p.id
    WHERE t.revoked_at IS NULL AND w.kind <> 'client' AND w.active = 1 AND p.active = 1
        AND t.expires_at IS NOT NULL AND t.expires_at > ? AND t.expires_at <= ?
        AND t.expires_at - t.created_at > ?
        AND (t.told_days IS NULL OR t.told_days > ?) ORDER BY t.expires_at, t.id LIMIT ?""",
    token=named(TOKEN_COLUMNS, "token"),
    owner=named(PERSON_COLUMNS, "owner"),
)
TOKEN_END_TOLD = sql(
    """UPDATE api_token SET told_days = ?
    WHERE id = ? AND revoked_at IS NULL AND (told_days IS NULL OR told_days > ?)"""
)


class TokenEndsStore:
    """What a reminder asks and notes. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ending(self, now: datetime, before: timedelta, limit: int) -> list[TokenEnds]:
        """Return those that end within *before*, of which that was not told, the first first."""
        span, until = before // timedelta(microseconds=1), micros(now + before)
        with self._database.reading() as tx:
            return tx.all(TOKENS_ENDING, (micros(now), until, span, before.days, limit))

    def told(self, id: SessionId, before: timedelta, along: Along) -> None:
        """Note that it is told so long before the end, with who is told; nothing if it was."""
        with self._database.writing() as tx:
            if tx.run(TOKEN_END_TOLD, (before.days, id, before.days)) == 1:
                go_along(tx, along)
