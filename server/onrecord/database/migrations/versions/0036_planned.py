"""Which messages were planned, and up to where each answers; what waits, found anew."""

from onrecord.database.migrations.ddl import grant, run

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# A projection. upto: the last conv_seq that was there when the message was planned.
TABLE = """CREATE TABLE planned_message (
    stream_key {int} NOT NULL,
    archive_index {int} NOT NULL,
    upto {int} NOT NULL,
    PRIMARY KEY (stream_key, archive_index)
{clustered}"""
EMPTY = "DELETE FROM waiting"
# As a rebuild leaves it: nothing was planned before.
FILL = """INSERT INTO waiting (stream_key, since_seq)
    WITH answered AS (
        SELECT l.stream_key, max(l.conv_seq) AS upto FROM timeline l
        JOIN person e ON e.id = l.actor AND e.kind = 'employee'
        WHERE l.type = 'message.sent' AND l.removed_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM broadcast_message b WHERE b.archive_index = l.archive_index)
        GROUP BY l.stream_key)
    SELECT c.stream_key, min(u.conv_seq)
    FROM conversation c JOIN timeline u ON u.stream_key = c.stream_key
    LEFT JOIN answered a ON a.stream_key = c.stream_key
    JOIN timeline m ON m.removed_at IS NULL AND m.archive_index =
        CASE u.type WHEN 'message.sent' THEN u.archive_index ELSE u.target END
    JOIN person k ON k.id = u.actor AND k.kind = 'client'
    WHERE (u.type = 'message.sent' OR u.type = 'message.edited' AND m.text_seq = u.conv_seq)
        AND u.conv_seq > coalesce(a.upto, 0)
        AND NOT EXISTS (SELECT 1 FROM reaction r JOIN timeline t ON t.archive_index = r.target
            JOIN person e ON e.id = r.person AND e.kind = 'employee'
            JOIN person o ON o.id = t.actor AND o.kind = 'client'
            WHERE t.stream_key = c.stream_key AND t.conv_seq >= m.conv_seq
                AND r.conv_seq > u.conv_seq)
    GROUP BY c.stream_key"""


def upgrade() -> None:
    """Make the table; find what waits."""
    for statement in (TABLE, EMPTY, FILL):
        run(statement)
    grant("planned_message", "SELECT", "INSERT", "DELETE")
