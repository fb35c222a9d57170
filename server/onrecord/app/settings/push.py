"""The settings of Web Push (docs/settings.md is made from this)."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from onrecord.app.settings.clients import TLS_1_2
from onrecord.app.settings.section import Section
from onrecord.features.notifications.push.services import Services

BIG_FOUR = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "*.notify.windows.com",
)
"""Of Chromium, Firefox, Safari and Edge."""


PROXY = re.compile(r"http://[A-Za-z0-9.-]+:[0-9]{1,5}", re.ASCII)
CONTACT = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://\S+")


def _contact(value: str | None) -> str | None:
    if value is not None and not CONTACT.fullmatch(value):
        raise ValueError("begins with mailto: or https://")
    return value


def _proxy(value: str | None) -> str | None:
    if value is not None and not PROXY.fullmatch(value):
        raise ValueError("is http://host:port, without a user, a password or a path")
    return value


def _hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    Services(value)
    return value


class Push(Section):
    """Notifications while OnRecord is closed, by the browsers' push services.

    Off unless `contact` is set (server/decisions/web_push.md).
    """

    contact: Annotated[str | None, AfterValidator(_contact)] = Field(
        default=None,
        description=(
            "Whom a push service may turn to, `mailto:` or `https:`; it is in each push. Absent: "
            "no device is told anything while OnRecord is closed."
        ),
    )
    content: Literal["none", "name"] = Field(
        default="none",
        description=(
            '`none`: devices show "New message". `name`: those whose person wishes it show who '
            "wrote. Either is encrypted to the browser; never a text, a title or a file's name."
        ),
    )
    hosts: Annotated[tuple[str, ...], AfterValidator(_hosts)] = Field(
        default=BIG_FOUR,
        description=(
            "The push services that may be sent to, over HTTPS: `host`, or `*.host` for all below "
            "it. With a port, `host:port`, it is one of your own, and may lie inside your network; "
            "any other must have an address of the internet."
        ),
    )
    proxy: Annotated[str | None, AfterValidator(_proxy)] = Field(
        default=None,
        description=(
            "Your way out, `http://host:port`: a proxy that makes tunnels (CONNECT) to those "
            "hosts. One of your own, `host:port` above, is reached without it. Absent: all are."
        ),
    )
    ca_file: Path | None = Field(
        default=None,
        description="Who signed their certificates, PEM. Absent: whom the system trusts.",
    )
    tls_1_2: bool = Field(default=False, description=TLS_1_2)
