"""Parts of words, and days: what the search of messages knows beside its index (search_index.py).

The index gets entries for conversation, author and files, so it is emptied here; `migrate` fills
an empty one when all steps are done.
"""

from onrecord.database.migrations.ddl import grant, on_postgresql, run

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the index anew."""
    run("CREATE TABLE search_word (word {id} PRIMARY KEY {clustered}")
    run("CREATE TABLE search_day (day {key}, first {int} NOT NULL, last {int} NOT NULL {table}")
    for table in ("search_word", "search_day"):
        grant(table, "SELECT", "INSERT", "UPDATE", "DELETE")
    if on_postgresql():
        run("TRUNCATE search_index")
        return
    run("DROP TABLE search_index")
    run(
        "CREATE VIRTUAL TABLE search_index USING"
        " fts5(terms, detail=column, columnsize=0, tokenize='ascii')"
    )
    run("INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)")
