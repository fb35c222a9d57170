"""Every statement about pushes (features/notifications/push/subscriptions.py)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import PersonKind
from onrecord.core.store.restoring import Safe
from onrecord.core.store.visibility import ENDLESS
from onrecord.database.columns import micros, moment
from onrecord.database.database import Database
from onrecord.database.statements import Tx, query, sql
from onrecord.features.notifications.alerts import DoNotDisturb, Level, News, Quiet, Wishes
from onrecord.features.notifications.push.listener import Listener, Subscription
from onrecord.features.sign_in.store import DELETE_PUSHES, STANDING
from onrecord_archive.events.ids import PersonId, StreamId


class _Subscribed(NamedTuple):
    person: PersonId
    session: SessionId


class _Listening(NamedTuple):
    """How a conversation stands for who is behind a subscription, and what they wish."""

    subscription: Subscription
    person: PersonId
    seen_at: datetime
    kind: PersonKind
    stream: StreamId
    last: int
    read: int
    own_above: int
    mentioned: int | None
    muted: int | None
    level: str | None
    quiet: Quiet | None
    disturbs_not: bool
    until: datetime | None
    locked: bool
    marked: bool

    def listener(self) -> Listener:
        """Return it as news are judged by."""
        return Listener(
            self.subscription,
            self.person,
            self.stream,
            News(self.read, self.last, self.last - self.read - self.own_above, self.mentioned or 0),
            self._wishes(),
            self.seen_at,
            client=self.kind == "client",
            locked=self.locked,
            marked=self.marked,
        )

    def _wishes(self) -> Wishes:
        muted = self.muted
        ends_at = None if muted is None or muted == ENDLESS else moment(muted)
        return Wishes(
            Level(muted is not None, ends_at, self.level == "mentions"),
            self.quiet,
            DoNotDisturb(self.until) if self.disturbs_not else None,
        )


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
SUBSCRIBED = query(
    _Subscribed,
    "SELECT z.person, u.session FROM push_subscription u JOIN session z ON z.id = u.session",
)
LISTENERS = query(
    _Listening,
    """SELECT u.session AS "subscription.session", u.endpoint AS "subscription.address",
        u.point AS "subscription.point", u.auth AS "subscription.auth",
        u.locale AS "subscription.locale", u.named AS "subscription.named",
        z.person, z.seen_at, p.kind, c.id AS stream, c.published_msg_no AS last,
        m.read_msg_no AS read, m.own_above,
        (SELECT max(n.msg_no) FROM mention n WHERE n.stream_key = c.stream_key
            AND n.person IN (z.person, '') AND n.author <> z.person
            AND n.msg_no > m.read_msg_no) AS mentioned,
        k.muted, k.level, q.zone AS "quiet.zone", q.starts AS "quiet.starts",
        q.ends AS "quiet.ends", q.weekends AS "quiet.weekends",
        COALESCE(t.quiet, 0) AS disturbs_not, t.until, z.locked_at IS NOT NULL AS locked,
        COALESCE(k.unread, 0) AS marked
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
            for row in tx.all(SUBSCRIBED):
                found[row.person].add(row.session)
        return {person: frozenset(sessions) for person, sessions in found.items()}

    def listeners(
        self, sessions: Sequence[SessionId], streams: Sequence[StreamId], now: datetime
    ) -> list[Listener]:
        """Return how these conversations stand for those of these sessions that still count."""
        with self._database.reading() as tx:
            values = (tx.list_of(sessions), tx.list_of(streams), micros(now))
            return [row.listener() for row in tx.all(LISTENERS, values)]
