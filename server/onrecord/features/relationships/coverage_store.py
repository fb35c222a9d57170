"""Every statement about who is left uncovered and who takes over (coverage.py)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from onrecord.core.store.snapshot import published
from onrecord.database.columns import AUTHOR, micros
from onrecord.database.database import Database
from onrecord.database.rows import named
from onrecord.database.statements import Tx, query, sql
from onrecord.features.groups import store as groups
from onrecord.features.relationships import store as relationships
from onrecord.features.relationships.bodies import Leaver, LeftOpen, Relationship, ServedClient
from onrecord.features.relationships.succession import (
    Due,
    LeftBehind,
    Outlived,
    Uncovered,
    without_successor,
)
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.record import format_time


class _Served(NamedTuple):
    """A conversation that is somebody's; `client`: one of those there. `group`: what it is called.

    None: client and owner are alone.
    """

    stream_key: int
    stream: StreamId
    client: PersonId
    name: str
    owner: PersonId
    group: str | None


class _Left(NamedTuple):
    """What a leaver answered for; `at`: since when it is noted as uncovered."""

    served: _Served
    leaver: str
    at: datetime | None


class _LeftBot(NamedTuple):
    """A bot of a leaver's."""

    owner: PersonId
    name: str
    bot: str


class _LeftInvites(NamedTuple):
    """How many invites of a leaver's are open."""

    owner: PersonId
    name: str
    invites: int


class _Succession(NamedTuple):
    """Who takes over from whom; None: nobody does."""

    person: PersonId
    successor: PersonId | None


class _Member(NamedTuple):
    stream_key: int
    person: PersonId


DUE = query(
    Due,
    """SELECT c.id AS stream, d.event_id AS delegation, d.person,
        CASE WHEN d.ends <= ? OR p.active = 0 THEN 1 ELSE 0 END AS over
    FROM delegation d JOIN conversation c ON c.stream_key = d.stream_key
    JOIN person p ON p.id = d.person
    WHERE d.ended_seq IS NULL
        AND (d.ends <= ? OR p.active = 0 OR (d.started_seq IS NULL AND d.starts <= ?))
        AND NOT EXISTS (SELECT 1 FROM closed_stream x WHERE x.stream_key = d.stream_key)
    ORDER BY over DESC, d.starts, d.stream_key, d.added_seq""",
)
# A relationship is its owner's while the client is in it; a group that clients are in is the
# last advisor's in it.
_SERVED = """SELECT c.stream_key, c.id, r.owner AS person, r.from_seq AS since_seq, r.client
    FROM relationship r JOIN conversation c ON c.stream_key = r.stream_key
    JOIN member_span k ON k.stream_key = r.stream_key AND k.person = r.client AND k.to_seq IS NULL
    WHERE r.to_seq IS NULL
    UNION ALL
    SELECT c.stream_key, c.id, s.person, s.join_seq, NULL
    FROM conversation c
    JOIN member_span s ON s.stream_key = c.stream_key AND s.to_seq IS NULL
    JOIN person e ON e.id = s.person AND e.kind = 'employee'
    WHERE c.kind = 'group' AND EXISTS (
        SELECT 1 FROM member_span k JOIN person p ON p.id = k.person
        WHERE k.stream_key = c.stream_key AND k.to_seq IS NULL AND p.kind = 'client')
    AND NOT EXISTS (
        SELECT 1 FROM member_span o JOIN person p ON p.id = o.person
        WHERE o.stream_key = c.stream_key AND o.to_seq IS NULL AND o.person <> s.person
            AND p.kind = 'employee' AND p.active = 1 AND p.role IN ('employee', 'advisor'))"""
LEFT_BEHIND = query(
    LeftBehind,
    """SELECT v.id AS stream, v.person AS former, v.since_seq
    FROM ({served}) v JOIN person p ON p.id = v.person
    WHERE p.active = 0
        AND NOT EXISTS (SELECT 1 FROM closed_stream x WHERE x.stream_key = v.stream_key)
    ORDER BY v.stream_key, v.since_seq, v.person""",
    served=_SERVED,
)
# `f` is somebody's time as a client's owner or delegate that is over, and with which number: from
# the clients who are in groups now, in this order, since SQLite follows CROSS JOIN. What ended is
# looked up by client, so that it costs nothing how much has ever ended.
# Where one of the two came into the group after that, as everything of the archive is ordered,
# somebody decided so: both stay. CROSS JOIN again: from the few who are former, never through the
# journal.
OUTLIVED = query(
    Outlived,
    """SELECT f.id AS stream, f.person, f.join_seq,
        min((SELECT o.owner FROM relationship o JOIN person p ON p.id = o.owner AND p.active = 1
            WHERE o.stream_key = f.former AND o.to_seq IS NULL)) AS owner,
        CASE WHEN EXISTS (SELECT 1 FROM member_span m JOIN person p ON p.id = m.person
            WHERE m.stream_key = f.stream_key AND m.to_seq IS NULL AND m.person <> f.person
                AND p.kind = 'employee' AND p.active = 1 AND p.role IN ('employee', 'advisor'))
            THEN 0 ELSE 1 END AS alone
    FROM (
        SELECT g.stream_key, g.id, s.person, s.join_seq, k.join_seq AS client_seq,
            r.stream_key AS former, r.to_seq AS ended
        FROM person c CROSS JOIN member_span k CROSS JOIN conversation g
            CROSS JOIN member_span s CROSS JOIN person e CROSS JOIN relationship r
        WHERE c.kind = 'client' AND k.person = c.id AND k.to_seq IS NULL
            AND g.stream_key = k.stream_key AND g.kind = 'group'
            AND s.stream_key = g.stream_key AND s.to_seq IS NULL
            AND e.id = s.person AND e.kind <> 'client' AND r.client = c.id
            AND r.owner = s.person AND r.to_seq IS NOT NULL
        UNION
        SELECT g.stream_key, g.id, s.person, s.join_seq, k.join_seq, r.stream_key, d.ended_seq
        FROM person c CROSS JOIN member_span k CROSS JOIN conversation g
            CROSS JOIN member_span s CROSS JOIN person e CROSS JOIN relationship r
            CROSS JOIN delegation d
        WHERE c.kind = 'client' AND k.person = c.id AND k.to_seq IS NULL
            AND g.stream_key = k.stream_key AND g.kind = 'group'
            AND s.stream_key = g.stream_key AND s.to_seq IS NULL
            AND e.id = s.person AND e.kind <> 'client' AND r.client = c.id
            AND r.to_seq IS NULL AND d.stream_key = r.stream_key AND d.person = s.person
            AND d.started_seq IS NOT NULL AND d.ended_seq IS NOT NULL
    ) f CROSS JOIN journal i CROSS JOIN archived a
    CROSS JOIN journal j CROSS JOIN archived b CROSS JOIN journal l CROSS JOIN archived h
    WHERE i.stream_key = f.former AND i.conv_seq = f.ended AND a.key = i.key
        AND j.stream_key = f.stream_key AND j.conv_seq = f.join_seq AND b.key = j.key
        AND b.archive_index < a.archive_index
        AND l.stream_key = f.stream_key AND l.conv_seq = f.client_seq AND h.key = l.key
        AND h.archive_index < a.archive_index
        AND NOT EXISTS (SELECT 1 FROM member_span c
            JOIN relationship r ON r.client = c.person AND r.to_seq IS NULL
            WHERE c.stream_key = f.stream_key AND c.to_seq IS NULL AND (r.owner = f.person
                OR EXISTS (SELECT 1 FROM delegation d WHERE d.stream_key = r.stream_key
                    AND d.person = f.person AND d.started_seq IS NOT NULL
                    AND d.ended_seq IS NULL)))
        AND NOT EXISTS (SELECT 1 FROM closed_stream x WHERE x.stream_key = f.stream_key)
    GROUP BY f.stream_key, f.id, f.person, f.join_seq
    ORDER BY f.id, f.person""",
)
# Also who was named and takes over nothing: their account has ended, with nobody named for them, or
# they have another role by now.
SUCCESSIONS = query(
    _Succession,
    """SELECT s.person, s.successor FROM succession s JOIN person p ON p.id = s.person
    WHERE p.active = 0
    UNION SELECT q.id, NULL FROM succession s JOIN person q ON q.id = s.successor
    WHERE NOT (q.active = 1 AND q.kind = 'employee' AND q.role IN ('employee', 'advisor'))
        AND NOT EXISTS (SELECT 1 FROM succession t WHERE t.person = q.id AND q.active = 0)""",
)
# What would be nobody's without somebody; what waits to pass to them counts as theirs.
_THEIRS = """JOIN person p ON p.id = v.person
    WHERE v.person = ? OR (p.active = 0 AND EXISTS (
        SELECT 1 FROM succession s WHERE s.person = v.person AND s.successor = ?))"""
HOW_MANY = query(int, "SELECT count(*) FROM ({served}) v {theirs}", served=_SERVED, theirs=_THEIRS)
# Of a group, with one of its clients.
_COLUMNS = {
    "stream_key": "x.stream_key",
    "stream": "c.id",
    "client": "k.id",
    "name": "k.name",
    "owner": "x.person",
    "group": "CASE WHEN c.kind = 'group' THEN COALESCE(c.title, '') END",
}
SERVED_BY = query(
    _Served,
    """SELECT {columns}
    FROM (SELECT v.stream_key, v.person, COALESCE(v.client, (
            SELECT min(m.person) FROM member_span m JOIN person o ON o.id = m.person
            WHERE m.stream_key = v.stream_key AND m.to_seq IS NULL AND o.kind = 'client'
        )) AS client FROM ({served}) v {theirs}
        UNION
        SELECT d.stream_key, r.owner, r.client FROM delegation d
        JOIN relationship r ON r.stream_key = d.stream_key AND r.to_seq IS NULL
        JOIN member_span s ON s.stream_key = r.stream_key AND s.person = r.client
            AND s.to_seq IS NULL
        WHERE d.person = ? AND d.ended_seq IS NULL) x
    JOIN conversation c ON c.stream_key = x.stream_key JOIN person k ON k.id = x.client
    ORDER BY k.name, x.stream_key""",
    columns=named(_COLUMNS),
    served=_SERVED,
    theirs=_THEIRS,
)
SUCCEED = sql(
    """INSERT INTO succession (person, successor) VALUES (?, ?)
    ON CONFLICT (person) DO UPDATE SET successor = excluded.successor"""
)
FORGET_SUCCESSOR = sql("DELETE FROM succession WHERE person = ?")
UNCOVERED = query(
    Uncovered,
    """SELECT conversation AS stream, former, since_seq, at FROM uncovered
    ORDER BY conversation""",
)
# Two processes may find the same at once: the first one's time holds.
UNCOVER = sql(
    "INSERT INTO uncovered (conversation, former, since_seq, at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
COVER = sql("DELETE FROM uncovered WHERE conversation = ?")
FORGET_TOLD = sql(
    """DELETE FROM uncovered_told WHERE NOT EXISTS (
        SELECT 1 FROM uncovered u WHERE u.conversation = uncovered_told.conversation)"""
)
# As in SERVED_BY.
LEFT_BY = query(
    _Left,
    """SELECT {columns}, l.name AS leaver, u.at
    FROM (SELECT v.stream_key, v.person, COALESCE(v.client, (
            SELECT min(m.person) FROM member_span m JOIN person o ON o.id = m.person
            WHERE m.stream_key = v.stream_key AND m.to_seq IS NULL AND o.kind = 'client'
        )) AS client FROM ({served}) v JOIN person p ON p.id = v.person WHERE p.active = 0) x
    JOIN conversation c ON c.stream_key = x.stream_key JOIN person k ON k.id = x.client
    JOIN person l ON l.id = x.person LEFT JOIN uncovered u ON u.conversation = c.id
    ORDER BY l.name, x.person, k.name, x.stream_key""",
    columns=named(_COLUMNS, "served"),
    served=_SERVED,
)
BOTS_LEFT = query(
    _LeftBot,
    """SELECT o.id AS owner, o.name, b.name AS bot FROM account a
    JOIN person b ON b.id = a.person AND b.kind = 'bot' AND b.active = 1
    JOIN person o ON o.id = a.owner AND o.active = 0 ORDER BY o.name, o.id, b.name""",
)
INVITES_LEFT = query(
    _LeftInvites,
    """SELECT o.id AS owner, o.name, count(*) AS invites FROM invite i
    JOIN person o ON o.id = i.advisor AND o.active = 0
    WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?
    GROUP BY o.id, o.name ORDER BY o.name, o.id""",
)
INVITES_OF = query(
    int,
    """SELECT count(*) FROM invite
    WHERE advisor = ? AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?""",
)
BOTS_OF = query(
    str,
    """SELECT b.name FROM account a JOIN person b ON b.id = a.person AND b.kind = 'bot'
    WHERE a.owner = ? AND b.active = 1 ORDER BY b.name""",
)
GROUPS_OF = query(
    int,
    """SELECT c.stream_key FROM member_span s JOIN conversation c ON c.stream_key = s.stream_key
    WHERE s.person = ? AND s.to_seq IS NULL AND c.kind = 'group'""",
)
ACTIVE_IN = query(
    _Member,
    """SELECT s.stream_key, s.person FROM member_span s JOIN person p ON p.id = s.person
    WHERE s.stream_key {ints} AND s.to_seq IS NULL AND p.active = 1""",
)
NOT_SENT = query(
    int,
    """SELECT count(*) FROM scheduled WHERE state = 'refused' AND code = 'account_ended'
    AND (person = ? OR person IN (SELECT person FROM account WHERE owner = ?))""",
)
CASES_OF = query(
    int,
    """SELECT count(*) FROM stream s JOIN journal j ON j.stream_key = s.key AND j.conv_seq = 1
    JOIN archived a ON a.key = j.key WHERE s.kind = 'access' AND {author} = ?""",
    author=AUTHOR,
)
WITH_CLIENT = query(
    StreamId,
    """SELECT c.id FROM relationship r JOIN conversation c ON c.stream_key = r.stream_key
    JOIN member_span s ON s.stream_key = r.stream_key AND s.person = ? AND s.to_seq IS NULL
    WHERE r.client = ? AND r.to_seq IS NULL ORDER BY c.newest DESC LIMIT 1""",
)
PASS_INVITES = query(
    str,
    """UPDATE invite SET advisor = ?
    WHERE advisor = ? AND accepted_at IS NULL AND revoked_at IS NULL RETURNING id""",
)


class CoverageStore:
    """Who serves whom, and what is due. Every method blocks.

    Those that read read one snapshot of what is published.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime) -> list[Due]:
        """Return the delegations to begin and to end, those to end first."""
        at = micros(now)
        with published(self._database) as (tx, _):
            return tx.all(DUE, (at, at, at))

    def left_behind(self) -> list[LeftBehind]:
        """Return client conversations that nobody with an account answers for, by since when."""
        with published(self._database) as (tx, _):
            return tx.all(LEFT_BEHIND)

    def outlived(self) -> list[Outlived]:
        """Return the memberships that outlived their reason."""
        with published(self._database) as (tx, _):
            return tx.all(OUTLIVED)

    def successions(self) -> dict[PersonId, PersonId | None]:
        """Return who takes over from whom, of those who answer for nobody; None: nobody does."""
        with published(self._database) as (tx, _):
            return _successions(tx)

    def with_client(self, person: PersonId, client: PersonId) -> StreamId | None:
        """Return the conversation in which somebody answers for a client, the newest if several."""
        with published(self._database) as (tx, _):
            return tx.one(WITH_CLIENT, (person, client))

    def uncovered(self) -> list[Uncovered]:
        """Return what is noted as uncovered."""
        with self._database.reading() as tx:
            return tx.all(UNCOVERED)

    def note_uncovered(self, left: Sequence[LeftBehind], at: datetime) -> list[Uncovered]:
        """Note what is uncovered now, and forget what is not any more; return it with its time."""
        with self._database.writing() as tx:
            noted = {each.left for each in tx.all(UNCOVERED)}
            tx.many(COVER, [(each.stream,) for each in noted.difference(left)])
            new = [each for each in left if each not in noted]
            rows = [(each.stream, each.former, each.since_seq, micros(at)) for each in new]
            tx.many(UNCOVER, rows)
            tx.run(FORGET_TOLD)
            return tx.all(UNCOVERED)

    def leavers(self, now: datetime) -> list[Leaver]:
        """Return whose accounts ended and left what nobody takes over, by name."""
        with published(self._database) as (tx, _):
            left = without_successor(tx.all(LEFT_BEHIND), _successions(tx))
            alone = {(one.stream, one.former) for one in left}
            rows = [
                row for row in tx.all(LEFT_BY) if (row.served.stream, row.served.owner) in alone
            ]
            related = relationships.present(tx, [row.served.stream_key for row in rows])
            bots = tx.all(BOTS_LEFT)
            invites = tx.all(INVITES_LEFT, (micros(now),))
        names = {row.served.owner: row.leaver for row in rows}
        names |= {each.owner: each.name for each in bots}
        names |= {each.owner: each.name for each in invites}
        return [
            Leaver(
                person=person,
                name=name,
                since=_since(rows, person),
                conversations=[
                    _shown(row.served, related) for row in rows if row.served.owner == person
                ],
                bots=[each.bot for each in bots if each.owner == person],
                invites=sum(each.invites for each in invites if each.owner == person),
            )
            for person, name in sorted(names.items(), key=lambda one: (one[1], one[0]))
        ]

    def left_open(self, person: PersonId, now: datetime) -> LeftOpen:
        """Return what somebody leads, owns or covers, and how many messages are not sent."""
        with published(self._database) as (tx, _):
            return LeftOpen(
                conversations=how_many_served(tx, person),
                groups=_led_alone(tx, person),
                bots=tx.all(BOTS_OF, (person,)),
                invites=tx.only(INVITES_OF, (person, micros(now))),
                scheduled=tx.only(NOT_SENT, (person, person)),
                cases=tx.only(CASES_OF, (person,)),
            )

    def served_by(self, person: PersonId) -> list[ServedClient]:
        """Return what would be nobody's without somebody, and where they stand in."""
        with published(self._database) as (tx, _):
            rows = tx.all(SERVED_BY, (person, person, person))
            related = relationships.present(tx, [row.stream_key for row in rows])
        return [_shown(row, related) for row in rows]


def how_many_served(tx: Tx, person: PersonId) -> int:
    """Return how many clients' conversations would be nobody's without somebody."""
    return tx.only(HOW_MANY, (person, person))


def _shown(row: _Served, related: Mapping[int, Relationship]) -> ServedClient:
    relationship = related.get(row.stream_key)
    return ServedClient(
        conversation=row.stream,
        client=row.client,
        name=row.name,
        owner=row.owner,
        delegates=[] if relationship is None else relationship.delegates,
        group=row.group,
    )


def _successions(tx: Tx) -> dict[PersonId, PersonId | None]:
    return {each.person: each.successor for each in tx.all(SUCCESSIONS)}


def forget_successor(tx: Tx, person: PersonId) -> None:
    """Forget who took over from somebody: they are back."""
    tx.run(FORGET_SUCCESSOR, (person,))


def _since(rows: Sequence[_Left], person: str) -> str | None:
    """Return since when the first of somebody's conversations is uncovered."""
    noted = [row.at for row in rows if row.served.owner == person and row.at is not None]
    return format_time(min(noted)) if noted else None


def _led_alone(tx: Tx, person: PersonId) -> int:
    """Return of how many groups somebody is the only admin who is there."""
    found = groups.of(tx, tx.all(GROUPS_OF, (person,)))
    led = {key: group for key, group in found.items() if person in group.admins}
    others: dict[int, set[str]] = {key: set() for key in led}
    for member in tx.all(ACTIVE_IN, (tx.list_of(list(led)),)):
        others[member.stream_key].add(member.person)
    return sum(not (set(group.admins) - {person}) & others[key] for key, group in led.items())


def succeed(tx: Tx, person: PersonId, successor: PersonId) -> list[str]:
    """Note who takes over when somebody's account has ended; return the open invites that pass."""
    tx.run(SUCCEED, (person, successor))
    return sorted(tx.all(PASS_INVITES, (successor, person)))
