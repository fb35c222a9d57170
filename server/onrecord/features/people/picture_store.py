"""Every statement about pictures, and about what the firm is called and looks like."""

from typing import NamedTuple

from onrecord.database.database import Database
from onrecord.database.statements import Tx, query, sql
from onrecord.features.chat.roster_store import IS_VISIBLE
from onrecord.features.groups import store as groups
from onrecord.features.people.picture_forms import Picture
from onrecord_archive.events.ids import PersonId


class Firm(NamedTuple):
    """The name that administrators set, empty where they did not, and the picture."""

    name: str
    picture: str | None


INSERT_PICTURE = sql("INSERT INTO picture (sha256, data) VALUES (?, ?) ON CONFLICT DO NOTHING")
SET_PICTURE = sql("UPDATE person SET picture = ? WHERE id = ?")
FORGET_PICTURES = sql(
    """DELETE FROM picture WHERE NOT EXISTS
        (SELECT 1 FROM person p WHERE p.picture = picture.sha256)
    AND NOT EXISTS (SELECT 1 FROM firm_profile f WHERE f.picture = picture.sha256)"""
)
PICTURE = query(Picture, "SELECT data FROM picture WHERE sha256 = ?")
OF_SOMEBODY_SEEN = sql(
    """SELECT 1 FROM person p JOIN person v ON v.id = ?
    WHERE {visible} AND p.picture = ?""",
    visible=IS_VISIBLE,
)
FIRM = query(Firm, "SELECT coalesce(name, '') AS name, picture FROM firm_profile WHERE id = 1")
MAKE_FIRM = sql("INSERT INTO firm_profile (id) VALUES (1) ON CONFLICT DO NOTHING")
NAME_FIRM = sql("UPDATE firm_profile SET name = ? WHERE id = 1")
PICTURE_FIRM = sql("UPDATE firm_profile SET picture = ? WHERE id = 1")


class PictureStore:
    """The pictures that people have now, and what the firm is called and looks like.

    Every method blocks and is one transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_picture(self, person: PersonId, picture: Picture | None) -> None:
        """Give somebody a picture, or take it away; forget what nobody has any more."""
        with self._database.writing() as tx:
            set_picture(tx, person, picture)

    def picture(self, sha256: str) -> Picture | None:
        """Return a picture that somebody or the firm has now."""
        with self._database.reading() as tx:
            return tx.one(PICTURE, (sha256,))

    def picture_for(self, viewer: PersonId, sha256: str) -> Picture | None:
        """Return a picture of the firm, of somebody whom the viewer sees, or of a group."""
        with self._database.reading() as tx:
            firm = tx.one(FIRM)
            is_firms = firm is not None and firm.picture == sha256
            if not is_firms and tx.one(OF_SOMEBODY_SEEN, (viewer, sha256)) is None:
                data = groups.picture_for(tx, viewer, sha256)
                return None if data is None else Picture(data)
            return tx.one(PICTURE, (sha256,))

    def firm(self) -> Firm:
        """Return what administrators set."""
        with self._database.reading() as tx:
            return tx.one(FIRM) or Firm("", None)

    def name_firm(self, name: str) -> None:
        """Set the name that is shown."""
        with self._database.writing() as tx:
            name_firm(tx, name)

    def picture_firm(self, picture: Picture | None) -> None:
        """Set the firm's picture, or take it away."""
        with self._database.writing() as tx:
            picture_firm(tx, picture)


def set_picture(tx: Tx, person: str, picture: Picture | None) -> None:
    """Give somebody a picture, or take it away."""
    tx.run(SET_PICTURE, (_kept(tx, picture), person))
    tx.run(FORGET_PICTURES)


def name_firm(tx: Tx, name: str) -> None:
    """Set the name that is shown."""
    tx.run(MAKE_FIRM)
    tx.run(NAME_FIRM, (name,))


def picture_firm(tx: Tx, picture: Picture | None) -> None:
    """Set the firm's picture, or take it away."""
    tx.run(MAKE_FIRM)
    tx.run(PICTURE_FIRM, (_kept(tx, picture),))
    tx.run(FORGET_PICTURES)


def _kept(tx: Tx, picture: Picture | None) -> str | None:
    if picture is None:
        return None
    tx.run(INSERT_PICTURE, (picture.sha256, picture.data))
    return picture.sha256
