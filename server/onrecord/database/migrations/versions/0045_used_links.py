"""When and where a one-time link was used, and that its second opener reported that."""

from onrecord.database.migrations.ddl import grant, run

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: a link that was used stays, so that its second opener learns of it."""
    for column in (
        "used_at {int}",
        "used_from {text}",
        "used_on {text}",
        "report {id}",
        "reported_at {int}",
        "closed_at {int}",
    ):
        run(f"ALTER TABLE sign_in_link ADD COLUMN {column}")
    grant("sign_in_link", "UPDATE")
