"""Every row of every projection, to compare before and after."""

from onrecord.core.store.rebuild import PROJECTIONS
from onrecord.database.database import Database
from onrecord.database.statements import Row, sql

SEARCH_INDEX = sql(
    "SELECT archive_index, terms::text FROM search_index",
    sqlite="SELECT rowid, terms FROM search_index",
)


def published_rows(database: Database) -> dict[str, list[Row]]:
    """Return the rows by table, sorted."""
    with database.reading() as tx:
        return {
            table: sorted(
                tx.all(
                    SEARCH_INDEX
                    if table == "search_index"
                    else sql("SELECT * FROM {table}", table=table)
                ),
                key=repr,
            )
            for table in PROJECTIONS
        }
