"""Bring the database to this program's schema, and make again what features keep beside it."""

from onrecord.database import migrate as steps
from onrecord.database.options import StorageOptions
from onrecord.features.search.index_store import fill


def migrate(options: StorageOptions, *, advance: steps.Progress = lambda done, total: None) -> None:
    """Run the steps that are missing, and index all messages where a step has emptied the index.

    `advance` hears of each step, then of archive indexes. Raises as the steps do.
    """
    steps.migrate(options, fill=fill, advance=advance)
