"""Where browsers are pushed to that their person wants notifications in. Not on the record."""

from onrecord.database.migrations.ddl import grant, run

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table: one row a session, gone when that ends."""
    run(
        """CREATE TABLE push_subscription (
            session {id} PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
            endpoint {text} NOT NULL UNIQUE,
            point {bytes} NOT NULL,
            auth {bytes} NOT NULL,
            named {flag} NOT NULL,
            locale {text} NOT NULL
        {clustered}"""
    )
    grant("push_subscription", "SELECT", "INSERT", "UPDATE", "DELETE")
