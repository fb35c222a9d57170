"""Where a client is reached: one spelling of a mail address or a phone number, and one client each.

However somebody becomes a client, invited or added by an administrator, they have such an address:
it is what codes go to.
"""

import re
from typing import Literal

from msgspec import Struct

from onrecord.core.domain.errors import BadInput, Conflict
from onrecord.core.domain.texts import is_one_line

Way = Literal["mail", "sms"]
InviteWay = Literal["mail", "sms", "screen"]
"""How an invite's link goes out; `screen`: it is shown to the advisor."""

_MAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,189}\.[a-z0-9-]{2,63}")
"""Dot-atom mail addresses (RFC 5322 section 3.4.1), without quoted parts and address literals."""
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
"""An international number (ITU-T E.164 section 6): at most 15 digits."""
_DECORATION = str.maketrans("", "", " \t\u00a0\u202f-.()/")


class Address(Struct, frozen=True):
    """A mail address in lower case, or a phone number as + and digits."""

    way: Way
    value: str

    @property
    def mail(self) -> str | None:
        """The address where it is one for mail."""
        return self.value if self.way == "mail" else None

    @property
    def masked(self) -> str:
        """The address so that its owner knows it and a stranger does not learn it."""
        if self.way == "sms":
            return f"•••• {self.value[-3:]}"
        name, _, host = self.value.partition("@")
        return f"{name[0]}•••@{host}"


def parse_address(text: str) -> Address:
    """Return the one spelling of what somebody typed.

    Spaces around it do not count; a phone number may have spaces, hyphens, dots, brackets, and 00
    for +. Raises BadInput (`bad_address`): also where it is no one line, wherever it breaks.
    """
    if not is_one_line(text):
        raise _bad("An address is one line.")
    typed = text.strip()
    if "@" in typed:
        mail = typed.lower()
        if _MAIL.fullmatch(mail) and ".." not in mail and not mail.startswith("."):
            return Address("mail", mail)
        raise _bad("This is not a mail address.")
    number = typed.translate(_DECORATION)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if _PHONE.fullmatch(number):
        return Address("sms", number)
    raise _bad("Write a mail address, or a phone number with its country: +48 601 234 567.")


def client_address(mail: str | None, phone: str | None) -> Address:
    """Return where a client is reached: by mail, or by phone where there is no mail.

    Raises BadInput (`address_missing`, `bad_address`).
    """
    typed = mail or phone
    if typed is None:
        detail = "A client needs a mail address or a phone number: their codes go there."
        raise BadInput("address_missing", detail)
    address = parse_address(typed)
    if address.way != ("mail" if mail else "sms"):
        raise _bad("This is not a mail address." if mail else "This is not a phone number.")
    return address


def mail_address(text: str) -> str:
    """Return the one spelling of a mail address. Raises BadInput (`bad_address`)."""
    address = parse_address(text)
    if address.way != "mail":
        raise _bad("This is not a mail address.")
    return address.value


def address_taken() -> Conflict:
    """Return the answer to an address that a client has."""
    return Conflict("address_taken", "Somebody with this address is a client already.")


def _bad(detail: str) -> BadInput:
    return BadInput("bad_address", detail)
