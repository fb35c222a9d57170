"""Pictures of people and of the firm, and what the firm is called on screen.

Each is also a record, with its bytes; what lies here is what is shown now.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; `picture` in `person` and `firm_profile` is a SHA-256 in hex."""
    run("ALTER TABLE person ADD COLUMN picture {text}")
    run("CREATE TABLE picture (sha256 {text} PRIMARY KEY, data {bytes} NOT NULL{clustered}")
    run(
        """CREATE TABLE firm_profile (
            id {key} CHECK (id = 1),
            name {text},
            picture {text}
        {table}"""
    )
    grant("picture", "SELECT", "INSERT", "DELETE")
    grant("firm_profile", "SELECT", "INSERT", "UPDATE")
