"""When a script's token was used last."""

from onrecord.database.migrations.ddl import run

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of older tokens it is not known."""
    run("ALTER TABLE api_token ADD COLUMN used_at {int}")
