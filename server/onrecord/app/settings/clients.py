"""The settings of clients: how they come in, what they are told, and how letters leave."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from onrecord.app.settings.section import Section
from onrecord_archive.events.language import Language

TLS_1_2 = "Allow TLS 1.2 as well, for a server that has no 1.3."


class Mail(Section):
    """The mail server that takes letters to clients: invites, codes, "something waits"."""

    host: str | None = Field(
        default=None, description="Its host name, as in its certificate. Absent: no mail is sent."
    )
    port: int = Field(default=465, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls"] = Field(
        default="tls", description="TLS from the first byte (port 465), or STARTTLS (port 587)."
    )
    sender: str = Field(default="onrecord@localhost", description="From whom letters are.")
    user: str | None = Field(default=None, description="User name, where the server wants one.")
    password_file: Path | None = Field(
        default=None, description="A file with the password, mode 0600."
    )
    ca_file: Path | None = Field(default=None, description="Who signed its certificate, PEM.")
    tls_1_2: bool = Field(default=False, description=TLS_1_2)
    folder: Path | None = Field(
        default=None,
        description=(
            "For trying it out: letters, SMS too, become files in this folder and leave the "
            "machine never. Wins over `host` and over the table `sms`."
        ),
    )


class Sms(Section):
    """The provider that takes text messages to clients (server/README.md, Clients)."""

    url: str | None = Field(
        default=None,
        pattern="^https://",
        description="Where a message is POSTed as JSON. Absent: no text messages are sent.",
    )
    sender: str = Field(default="OnRecord", max_length=20, description="From whom they are.")
    token_file: Path = Field(
        default=Path("secrets/sms.token"), description="A file with the bearer token, mode 0600."
    )
    ca_file: Path | None = Field(default=None, description="Who signed its certificate, PEM.")
    tls_1_2: bool = Field(default=False, description=TLS_1_2)


class Clients(Section):
    """How clients sign in, and what they are told."""

    invite_days: float = Field(default=7, gt=0, le=90, description="How long an invite stands.")
    code_minutes: int = Field(
        default=10, ge=1, le=60, description="How long a one-time code works."
    )
    reverify_days: float = Field(
        default=90,
        gt=0,
        le=3650,
        description=(
            "How long a client's code, and an advisor's word for them, counts. Then the advisor "
            "sees that it is over, and the client types a code before they go on."
        ),
    )
    reset: Literal["wait", "second_person"] = Field(
        default="wait",
        description=(
            "What an advisor's reset of a client takes who has signed in once. `wait`: it takes "
            "effect after `reset_wait_hours`, in which the client can stop it, by the email or "
            "message to their old address or signed in; where none can be sent, an administrator "
            "approves it. `second_person`: an administrator approves it, always."
        ),
    )
    reset_wait_hours: int = Field(
        default=24, ge=1, le=336, description="How long a reset waits, in hours."
    )
    session_idle_days: float = Field(
        default=30,
        gt=0,
        le=365,
        description="How long a client stays signed in on a device without using it.",
    )
    session_max_days: float = Field(
        default=90,
        gt=0,
        le=365,
        description=(
            "How long at the most after they typed a code. Where that is not less than "
            "`reverify_days` they are asked for a code in time, and stay signed in. Employees: the "
            "table `sessions`."
        ),
    )
    step_up_minutes: float = Field(
        default=15,
        gt=0,
        le=1440,
        description=(
            "How fresh a client's sign-in or code must be to add a passkey; else they type one."
        ),
    )
    unread_minutes: float = Field(
        default=2,
        gt=0,
        description="A client who is not connected is told of an unread message after this.",
    )
    alarm_minutes: float = Field(
        default=60,
        gt=0,
        description=(
            "A client who has waited for an answer for so much office time is shown to those who "
            "answer, and they get a mail if they are not connected."
        ),
    )
    alarm_long_minutes: float = Field(
        default=240,
        gt=0,
        description="After so much office time administrators get a mail as well.",
    )
    uncovered_alarm_hours: float = Field(
        default=24,
        gt=0,
        le=720,
        description=(
            "Administrators get a mail when nobody has been named for so many hours to take over a "
            "client's conversation whose advisor left. A client who writes there meanwhile raises "
            "an alarm at once, as wherever nobody answers."
        ),
    )
    reply_again_hours: float = Field(
        default=24,
        gt=0,
        description=(
            "The automatic reply while nobody is there is given once, and again only after this."
        ),
    )
    notices: dict[Language, Path] = Field(
        default={},
        description=(
            "The recording notice by language, UTF-8: the first line is its title, the rest "
            "paragraphs. Every client accepts it before the first message, and again when it "
            "changes. Absent: the one that comes with OnRecord."
        ),
    )
