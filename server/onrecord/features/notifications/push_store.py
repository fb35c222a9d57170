"""Every statement about pushes (features/notifications/push/subscriptions.py)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from onrecord.core.domain.ids import SessionId
from onrecord.core.store.restoring import Safe
from onrecord.core.store.visibility import ENDLESS
from onrecord.database.columns import micros, moment
from onrecord.database.database import Database
from onrecord.database.statements import Row, Tx, sql
from onrecord.features.notifications.alerts import DoNotDisturb, Level, News, Quiet, Wishes
from onrecord.features.notifications.push.listener import Listener, Subscription
from onrecord.features.sign_in.store import DELETE_PUSHES, STANDING
from onrecord_archive.events.ids import PersonId, StreamId

# A browser is subscribed once, whoever was signed in there before.
FORGET_BROWSER = sql("DELETE FROM push_subscription WHERE endpoint = ? AND session <> ?")
SUBSCRIBE = sql(
    """INSERT INTO push_subscription (session, endpoint, point, auth, named, locale)
    SELECT s.id, ?, ?, ?, ?, ?{standing} AND s.id = ? AND s.audience = 'chat'
    ON CONFLICT (session) DO UPDATE SET endpoint = excluded.endpoint, point = excluded.point,
        auth = excluded.auth, named = excluded.named, locale = excluded.locale""",
    standing=STANDING,
)
FORGET_OVER = sql(
    """DELETE FROM push_subscription WHERE NOT EXISTS (
        SELECT 1{standing} AND s.id = push_subscription.session AND s.expires_at > ?)""",
    standing=STANDING,
)
SUBSCRIBED = sql(
    "SELECT z.person, u.session FROM push_subscription u JOIN session z ON z.id = u.session"
)
LISTENERS = sql(
    """SELECT u.session, u.endpoint, u.point, u.auth, u.locale, u.named,
        z.person, z.seen_at, p.kind, c.id, c.published_msg_no, m.read_msg_no, m.own_above,
        (SELECT max(n.msg_no) FROM mention n WHERE n.stream_key = c.stream_key
            AND n.person IN (z.person, '') AND n.author <> z.person
            AND n.msg_no > m.read_msg_no),
        k.muted, k.level, q.zone, q.starts, q.ends, q.weekends, t.quiet, t.until, z.locked_at,
        k.unread
    FROM push_subscription u JOIN session z ON z.id = u.session JOIN person p ON p.id = z.person
    JOIN member m ON m.person = z.person JOIN conversation c ON c.stream_key = m.stream_key
    JOIN member_span s ON s.stream_key = c.stream_key AND s.person = z.person
        AND s.to_seq IS NULL
    LEFT JOIN conversation_mark k ON k.stream_key = c.stream_key AND k.person = z.person
    LEFT JOIN quiet_hours q ON q.person = z.person
    LEFT JOIN person_status t ON t.person = z.person
    WHERE u.session {texts} AND c.id {texts}
        AND EXISTS (SELECT 1{standing} AND s.id = u.session AND s.expires_at > ?)""",
    standing=STANDING,
)


END_ALL = sql("DELETE FROM push_subscription")


def _make_safe(tx: Tx, at: datetime) -> None:
    """End every subscription, after an older database came back."""
    del at
    tx.run(END_ALL)


SAFE: Final[Safe] = _make_safe


class PushStore:
    """The subscriptions. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscribe(self, subscription: Subscription) -> bool:
        """Put a session's in the place of any that it, or its browser, had.

        False where the session does not stand any more.
        """
        one = subscription
        values = (one.address, one.point, one.auth, int(one.named), one.locale, one.session)
        with self._database.writing() as tx:
            tx.run(FORGET_BROWSER, (one.address, one.session))
            return tx.run(SUBSCRIBE, values) == 1

    def unsubscribe(self, sessions: Collection[SessionId]) -> None:
        """Forget these sessions'."""
        with self._database.writing() as tx:
            tx.run(DELETE_PUSHES, (tx.list_of(list(sessions)),))

    def subscribed(self, now: datetime) -> dict[PersonId, frozenset[SessionId]]:
        """Return whose sessions have one; forget those of sessions that are over."""
        found = defaultdict[PersonId, set[SessionId]](set)
        with self._database.writing(durable=False) as tx:
            tx.run(FORGET_OVER, (micros(now),))
            for person, session in tx.all(SUBSCRIBED):
                found[PersonId(person)].add(SessionId(session))
        return {person: frozenset(sessions) for person, sessions in found.items()}

    def listeners(
        self, sessions: Sequence[SessionId], streams: Sequence[StreamId], now: datetime
    ) -> list[Listener]:
        """Return how these conversations stand for those of these sessions that still count."""
        with self._database.reading() as tx:
            values = (tx.list_of(sessions), tx.list_of(streams), micros(now))
            return [_listener(row) for row in tx.all(LISTENERS, values)]


def _listener(row: Row) -> Listener:
    session, endpoint, point, auth, locale, named = row[:6]
    person, seen_at, kind, stream, last, read, own_above, mentioned = row[6:14]
    return Listener(
        Subscription(SessionId(session), endpoint, point, auth, locale, bool(named)),
        PersonId(person),
        StreamId(stream),
        News(read, last, last - read - own_above, mentioned or 0),
        _wishes(row[14:22]),
        moment(seen_at),
        client=kind == "client",
        locked=row[22] is not None,
        marked=bool(row[23]),
    )


def _wishes(row: Row) -> Wishes:
    muted, level, zone, starts, ends, weekends, quiet, until = row
    ends_at = None if muted in (None, ENDLESS) else moment(muted)
    disturbed = None if until is None else moment(until)
    return Wishes(
        Level(muted is not None, ends_at, level == "mentions"),
        None if zone is None else Quiet(zone, starts, ends, bool(weekends)),
        DoNotDisturb(disturbed) if quiet else None,
    )
