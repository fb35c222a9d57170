"""The first step: all tables as they were when the steps before it became one.

Its number is that of the last of these, so that a database which they made goes on from here.
"""

from onrecord.database.migrations.ddl import refuse
from onrecord.database.migrations.first.clients import CLIENTS
from onrecord.database.migrations.first.people import PEOPLE
from onrecord.database.migrations.first.projections import PROJECTIONS
from onrecord.database.migrations.first.record import RECORD

revision = "0050"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what is on the record is never rewritten."""
    for part in (PEOPLE, RECORD, CLIENTS, PROJECTIONS):
        part.make()
    for table in ("journal", "archived", "journal_body"):
        refuse(table, "UPDATE", "DELETE")
