"""Every token has an end, and its owner is told before (features/sign_in/token_ends.py)."""

from datetime import UTC, datetime, timedelta

from alembic import op
from sqlalchemy import text

from onrecord.database.columns import micros
from onrecord.database.migrations.ddl import run

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

LONGEST = timedelta(days=365)
"""What those have left at most that were made without an end, or with a later one."""

LASTING = """UPDATE api_token SET expires_at = :last
    WHERE expires_at IS NULL OR expires_at > :last"""


def upgrade() -> None:
    """Give tokens of before an end. `told_days`: how many days before it that was told last."""
    run("ALTER TABLE api_token ADD COLUMN told_days {int}")
    last = {"last": micros(datetime.now(UTC) + LONGEST)}
    op.get_bind().execute(text(LASTING), last)
