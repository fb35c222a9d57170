"""Who answers for a client: as the conversation's lock protects it, as people read it, and after.

A direct conversation of an employee and a client is a relationship from now on, those of before
as well.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    # As journaled, one JSON object (core/journal/relation.py). Never read for display.
    """CREATE TABLE stream_relation (
        stream_key {key} REFERENCES stream (key),
        relation {text} NOT NULL
    {table}""",
    # The owner from from_seq on, up to to_seq (not included); to_seq is NULL for the present one.
    """CREATE TABLE relationship (
        stream_key {int} NOT NULL,
        from_seq {int} NOT NULL,
        to_seq {int},
        client {id} NOT NULL,
        owner {id} NOT NULL,
        PRIMARY KEY (stream_key, from_seq)
    {clustered}""",
    "CREATE INDEX relationship_owner ON relationship (owner)",
    "CREATE INDEX relationship_client ON relationship (client)",
    # started_seq is NULL until they are a member, ended_seq until it is over.
    """CREATE TABLE delegation (
        stream_key {int} NOT NULL,
        added_seq {int} NOT NULL,
        event_id {bytes} NOT NULL,
        person {id} NOT NULL,
        starts {int} NOT NULL,
        ends {int} NOT NULL,
        started_seq {int},
        ended_seq {int},
        PRIMARY KEY (stream_key, added_seq)
    {clustered}""",
    "CREATE INDEX delegation_open ON delegation (person) WHERE ended_seq IS NULL",
    # Who takes over what somebody leaves behind whose account ended.
    """CREATE TABLE succession (
        person {id} PRIMARY KEY REFERENCES person (id),
        successor {id} NOT NULL REFERENCES person (id)
    {clustered}""",
)

PAIRS = """FROM stream s
    JOIN stream_member m ON m.stream_key = s.key JOIN person c ON c.id = m.person
    JOIN stream_member n ON n.stream_key = s.key JOIN person e ON e.id = n.person
    {published}
    WHERE s.kind = 'direct' AND c.kind = 'client' AND e.kind = 'employee'"""
AS_JOURNALED = (
    "INSERT INTO stream_relation (stream_key, relation) SELECT s.key,"
    """ '{{"client":"' || c.id || '","owner":"' || e.id || '","owner_seq":1}}' """
    + PAIRS.replace("{published}", "")
)
AS_READ = (
    "INSERT INTO relationship (stream_key, from_seq, to_seq, client, owner)"
    " SELECT s.key, 1, NULL, c.id, e.id "
    + PAIRS.replace("{published}", "JOIN conversation v ON v.stream_key = s.key")
)

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
RIGHTS = {
    "stream_relation": ("SELECT", "INSERT", "UPDATE"),
    "relationship": EVERYTHING,
    "delegation": EVERYTHING,
    "succession": ("SELECT", "INSERT", "UPDATE"),
}


def upgrade() -> None:
    """Make the tables, and say of the conversations that are there whose they are."""
    for statement in (*TABLES, AS_JOURNALED, AS_READ):
        run(statement)
    for table, rights in RIGHTS.items():
        grant(table, *rights)
