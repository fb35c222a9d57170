"""What entries of the streams do to clients' ways in when an older database came back."""

from datetime import datetime
from typing import Final

from onrecord.core.store.restoring import Doing, Effects, Facts, Safe, values
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.clients.addresses import parse_address
from onrecord.features.clients.assurance_store import END_WORD, FORGET_DEVICE, SET_MAIL
from onrecord.features.clients.passkey_store import REMOVE_PASSKEY
from onrecord.features.clients.store import FORGET_ADDRESS, REVOKE_INVITE

INSERT_ADDRESS = sql(
    "INSERT INTO client_address (address, way, person) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
)
END_INVITES = sql(
    """UPDATE invite SET expires_at = ?
    WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?"""
)


def _reached(doing: Doing, facts: Facts) -> None:
    if "address" in facts:
        address = parse_address(str(facts["address"]))
        doing.tx.run(INSERT_ADDRESS, (address.value, address.way, str(facts["person"])))


def _reset(doing: Doing, facts: Facts) -> None:
    if facts.get("address_changed"):
        doing.tx.run(FORGET_ADDRESS, values(facts, "person"))
        doing.tx.run(SET_MAIL, (None, *values(facts, "person")))


def _left(doing: Doing, facts: Facts) -> None:
    doing.tx.run(FORGET_ADDRESS, values(facts, "person"))


def _passkey_removed(doing: Doing, facts: Facts) -> None:
    doing.tx.run(REMOVE_PASSKEY, values(facts, "person", "passkey"))


def _invite_ended(doing: Doing, facts: Facts) -> None:
    doing.tx.run(REVOKE_INVITE, (micros(doing.at), *values(facts, "invite")))


def _device_revoked(doing: Doing, facts: Facts) -> None:
    doing.tx.run(FORGET_DEVICE, values(facts, "person", "device"))


def _word_withdrawn(doing: Doing, facts: Facts) -> None:
    doing.tx.run(END_WORD, values(facts, "person"))


EFFECTS: Final[Effects] = {
    "person.added": _reached,
    "person.changed": _reached,
    "client.reset": _reset,
    "client.left": _left,
    "client.withdrawn": _word_withdrawn,
    "device.revoked": _device_revoked,
    "passkey.removed": _passkey_removed,
    "invite.revoked": _invite_ended,
    "invite.superseded": _invite_ended,
}


def _make_safe(tx: Tx, at: datetime) -> None:
    """End every open invite; its advisor renews it."""
    tx.run(END_INVITES, (micros(at), micros(at)))


SAFE: Final[Safe] = _make_safe
