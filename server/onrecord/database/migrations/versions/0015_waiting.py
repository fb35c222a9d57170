"""What waits for an answer, the last automatic reply, and who was told that somebody waits."""

from onrecord.database.migrations.ddl import grant, run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    # Projections. since_seq: the first message of a client after which nobody of the firm wrote.
    """CREATE TABLE waiting (
        stream_key {key},
        since_seq {int} NOT NULL
    {table}""",
    # until is NULL where nobody knew when somebody would be there.
    """CREATE TABLE automatic_reply (
        stream_key {key},
        at {int} NOT NULL,
        until {int}
    {table}""",
    # Who was told that a message (event_id) waits, on which step of the alarm.
    """CREATE TABLE waiting_told (
        event_id {bytes} NOT NULL,
        step {int} NOT NULL,
        person {id} NOT NULL,
        stream_key {int} NOT NULL,
        PRIMARY KEY (event_id, step, person)
    {clustered}""",
)
# What waits when the table is made: written since an employee last did.
FILL = """INSERT INTO waiting (stream_key, since_seq)
    SELECT c.stream_key, min(j.conv_seq) FROM conversation c
    JOIN journal j ON j.stream_key = c.stream_key AND j.type = 'message.sent'
    JOIN archived a ON a.key = j.key JOIN person p ON p.id = j.actor AND p.kind = 'client'
    WHERE j.conv_seq > coalesce((
        SELECT max(k.conv_seq) FROM journal k JOIN archived b ON b.key = k.key
        JOIN person e ON e.id = k.actor AND e.kind = 'employee'
        WHERE k.stream_key = c.stream_key AND k.type = 'message.sent'), 0)
    GROUP BY c.stream_key"""


def upgrade() -> None:
    """Make the tables."""
    for statement in (*TABLES, FILL):
        run(statement)
    for table in ("waiting", "automatic_reply"):
        grant(table, "SELECT", "INSERT", "UPDATE", "DELETE")
    grant("waiting_told", "SELECT", "INSERT", "DELETE")
