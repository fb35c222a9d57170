"""An automatic reply is about the message that it answers, as an edit is about what it edits."""

import json

from alembic import op
from sqlalchemy import text

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

REPLIES = """SELECT archive_index, wire FROM timeline
    WHERE type = 'out_of_office.replied' AND target IS NULL AND wire IS NOT NULL"""
NAME = """UPDATE timeline SET target =
        (SELECT m.archive_index FROM timeline m WHERE m.event_id = :event)
    WHERE archive_index = :reply"""


def upgrade() -> None:
    """Name the message in the rows of replies of before; without it, all would see which it was."""
    bind = op.get_bind()
    for reply, wire in bind.execute(text(REPLIES)).all():
        event = bytes.fromhex(json.loads(bytes(wire))["target"])
        bind.execute(text(NAME), {"event": event, "reply": reply})
