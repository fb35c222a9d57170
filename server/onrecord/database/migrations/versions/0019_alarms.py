"""Since when there are alarms, whom a complaint was told to, how far each officer has looked."""

from datetime import UTC, datetime

from onrecord.database.columns import micros
from onrecord.database.migrations.ddl import grant, run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    # At most one row: in an installation that was there before. What was written or filed before
    # ages from then on, so that nobody is woken by an upgrade.
    """CREATE TABLE alarms_since (
        at {int} NOT NULL
    {table}""",
    # Who of compliance was told of a complaint (event_id), on which step of the alarm.
    """CREATE TABLE complaint_told (
        event_id {bytes} NOT NULL,
        step {int} NOT NULL,
        person {id} NOT NULL,
        PRIMARY KEY (event_id, step, person)
    {clustered}""",
    # Below which archive_index an officer has seen the list of complaints.
    """CREATE TABLE complaint_look (
        person {id} NOT NULL PRIMARY KEY,
        upto {int} NOT NULL
    {clustered}""",
)
NOTE = "INSERT INTO alarms_since (at) SELECT {now} WHERE EXISTS (SELECT 1 FROM journal)"


def upgrade() -> None:
    """Make the tables; note the time where there are records already."""
    for statement in TABLES:
        run(statement)
    run(NOTE.format(now=micros(datetime.now(UTC))))
    grant("alarms_since", "SELECT")
    grant("complaint_told", "SELECT", "INSERT", "DELETE")
    grant("complaint_look", "SELECT", "INSERT", "UPDATE")
