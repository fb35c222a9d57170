"""What is decided about groups: as the conversation's lock protects it, and as people read it.

Whoever made a group that is there already is its admin; where they have left, nobody is.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = (
    # As journaled, one JSON object (core/domain/groups.py). Never read for display.
    """CREATE TABLE stream_group (
        stream_key {key} REFERENCES stream (key),
        said {text} NOT NULL
    {table}""",
    # All of it after each number that changed it, one JSON object (core/domain/groups.py).
    """CREATE TABLE group_version (
        stream_key {int} NOT NULL,
        conv_seq {int} NOT NULL,
        said {text} NOT NULL,
        PRIMARY KEY (stream_key, conv_seq)
    {clustered}""",
    # Which group a link is of, by the SHA-256 of its secret. The newest one of a group counts.
    """CREATE TABLE join_link (
        hash {bytes} NOT NULL,
        stream_key {int} NOT NULL,
        event_id {bytes} NOT NULL,
        PRIMARY KEY (hash, stream_key, event_id)
    {clustered}""",
)

MADE = """FROM stream s JOIN journal j ON j.stream_key = s.key AND j.conv_seq = 1
        AND j.type = 'conversation.created' AND j.actor <> ''
    {left} JOIN member_span m ON m.stream_key = s.key AND m.person = j.actor AND m.join_seq = 1
    WHERE s.kind = 'group'"""
ADMINS = """'{{"admins":["' || j.actor || '"]}}'"""
AS_JOURNALED = (
    "INSERT INTO stream_group (stream_key, said) SELECT s.key,"
    f" CASE WHEN m.to_seq IS NULL THEN {ADMINS} ELSE '{{{{}}}}' END "
    + MADE.replace("{left}", "LEFT")
)
AS_READ = (
    f"INSERT INTO group_version (stream_key, conv_seq, said) SELECT s.key, 1, {ADMINS} "
    + MADE.replace("{left}", "")
)
LEFT_SINCE = (
    "INSERT INTO group_version (stream_key, conv_seq, said) SELECT s.key, m.to_seq, '{{}}' "
    + MADE.replace("{left}", "")
    + " AND m.to_seq IS NOT NULL"
)

# What compliance searches (features/search/said.py) grew by descriptions.
SAID = (
    "DROP INDEX timeline_said",
    """CREATE INDEX timeline_said ON timeline (stream_key, at) WHERE type IN ('complaint.closed',
        'complaint.filed', 'device.added', 'group.described', 'notice.accepted',
        'out_of_office.replied')""",
)

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
RIGHTS = {
    "stream_group": ("SELECT", "INSERT", "UPDATE"),
    "group_version": EVERYTHING,
    "join_link": EVERYTHING,
}


def upgrade() -> None:
    """Make the tables, and say of the groups that are there who leads them."""
    for statement in (*TABLES, AS_JOURNALED, AS_READ, LEFT_SINCE, *SAID):
        run(statement)
    for table, rights in RIGHTS.items():
        grant(table, *rights)
