"""Pictures of groups, as their members see them: a projection of the records that have them."""

from onrecord.database.migrations.ddl import grant, run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = """CREATE TABLE group_picture (
        stream_key {int} NOT NULL,
        conv_seq {int} NOT NULL,
        sha256 {text} NOT NULL,
        data {bytes} NOT NULL,
        PRIMARY KEY (stream_key, conv_seq)
    {clustered}"""


def upgrade() -> None:
    """Make the table."""
    run(TABLE)
    run("CREATE INDEX group_picture_name ON group_picture (sha256)")
    grant("group_picture", "SELECT", "INSERT", "UPDATE", "DELETE")
