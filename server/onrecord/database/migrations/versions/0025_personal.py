"""What somebody notes for themself: marks of conversations, stars, and the events of both."""

from onrecord.database.migrations.ddl import grant, run

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = (
    # What compliance picks from.
    """CREATE TABLE personal_stream (
        stream_key {key},
        id {id} NOT NULL,
        person {id} NOT NULL,
        published_seq {int} NOT NULL
    {table}""",
    "CREATE UNIQUE INDEX personal_stream_id ON personal_stream (id)",
    # As it goes to the person's own devices, and to nobody else.
    """CREATE TABLE personal_event (
        archive_index {key},
        person {id} NOT NULL,
        wire {bytes} NOT NULL
    {table}""",
    "CREATE INDEX personal_event_person ON personal_event (person, archive_index)",
    # pinned: the number of the event that did; muted: until when; archived: up to which msg_no.
    """CREATE TABLE conversation_mark (
        person {id} NOT NULL,
        stream_key {int} NOT NULL,
        pinned {int},
        muted {int},
        archived {int},
        unread {flag} NOT NULL,
        PRIMARY KEY (person, stream_key)
    {clustered}""",
    # target: the message's archive_index; number: of the event that starred it.
    """CREATE TABLE star (
        person {id} NOT NULL,
        target {int} NOT NULL,
        event_id {bytes} NOT NULL,
        number {int} NOT NULL,
        PRIMARY KEY (person, target)
    {clustered}""",
    "CREATE INDEX star_number ON star (person, number)",
    "CREATE INDEX star_event ON star (person, event_id)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        run(statement)
    for table in ("personal_stream", "personal_event", "conversation_mark", "star"):
        grant(table, "SELECT", "INSERT", "UPDATE", "DELETE")
