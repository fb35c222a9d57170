"""Who may do what: one table, from which the guards decide, docs/roles.md is made, tests are made.

A route states its action (edge/routes.py), a recorded command has one by its payload
(policy/recorded.py). What is not in here nobody may do.
"""

from typing import Final, Literal, get_args

from msgspec import Struct

from onrecord.domain.values import Role

Place = Literal["chat", "console"]
Verdict = Literal["allowed", "own", "refused"]
"""`own`: what is theirs: their account, or the conversations, cases, invites they are part of."""
Holder = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor"]
HOLDERS: Final[tuple[Holder, ...]] = get_args(Holder)
"""The columns of the table, in this order."""
_MARKS: Final[dict[str, Verdict]] = {"+": "allowed", "o": "own", "-": "refused"}


class Permission(Struct, frozen=True):
    """One row. `by`: the routes and the frames (`> send`) that do it; `says`: what, for people."""

    action: str
    says: str
    verdicts: dict[Holder, Verdict]
    by: tuple[str, ...]

    @property
    def place(self) -> Place:
        """The listener whose business it is."""
        return "console" if self.action.startswith("console.") else "chat"

    def allows(self, role: Role) -> bool:
        """Whether somebody of this role gets past the guard; `own` is for who is behind it."""
        return self.of(role) != "refused"

    def of(self, role: Role) -> Verdict:
        """Return what holds for a role. The system itself may do everything."""
        return "allowed" if role == "system" else self.verdicts[role]


def _row(action: str, marks: str, says: str, *by: str) -> Permission:
    verdicts = {role: _MARKS[mark] for role, mark in zip(HOLDERS, marks, strict=True)}
    return Permission(action, says, verdicts, by)


_CASE: Final = "/api/v1/cases/{case}"
_ACCOUNT: Final = "/api/v1/admin/people/{id}"
_CONV: Final = "/api/v1/conversations/{conv}"

# The marks stand in the order of HOLDERS: employee, advisor, client, compliance, administrator,
# auditor.
TABLE: Final = (
    _row(
        "chat.session",
        "oooooo",
        "Be signed in at the chat; see and end one's own devices",
        "POST /api/v1/sign-out",
        "GET /api/v1/me",
        "GET /api/v1/devices",
        "DELETE /api/v1/devices/{device}",
        "POST /api/v1/ws-ticket",
        "> hello",
        "> ping",
    ),
    _row(
        "chat.directory",
        "++o+++",
        "See who there is, with pictures; a client sees whom they share a conversation with",
        "GET /api/v1/people",
        "GET /api/v1/pictures/{sha256}",
    ),
    _row(
        "chat.picture",
        "oooooo",
        "Set one's own picture",
        "PUT /api/v1/me/picture",
        "DELETE /api/v1/me/picture",
    ),
    _row(
        "chat.read",
        "oooooo",
        "Read, search and look up what was said where one is a member",
        "GET /api/v1/bootstrap",
        "GET /api/v1/conversations",
        f"GET {_CONV}",
        f"GET {_CONV}/timeline",
        "GET /api/v1/search",
        "GET /api/v1/messages/{event_id}/info",
        "GET /api/v1/messages/{event_id}/origin",
    ),
    _row(
        "chat.say",
        "oooooo",
        "Write, react, be seen to type and to read where one is a member",
        "> send",
        "> react",
        "> read",
        "> delivered",
        "> typing",
    ),
    _row(
        "chat.files",
        "oooooo",
        "Send files where one is a member, and open those that one may read",
        "POST /api/v1/uploads",
        "GET /api/v1/uploads/{upload}",
        "PUT /api/v1/uploads/{upload}/bytes",
        "POST /api/v1/uploads/{upload}/finish",
        "DELETE /api/v1/uploads/{upload}",
        "POST /api/v1/files/links",
    ),
    _row("chat.amend", "oooooo", "Edit and remove one's own messages", "> edit", "> remove"),
    _row("chat.start", "++-+++", "Start a conversation", "POST /api/v1/conversations"),
    _row(
        "chat.group",
        "oo-ooo",
        "Lead a group that one is an admin of: members, name, looks, admins, who writes",
        "> members add",
        "> members remove",
        "> members share",
        "> title",
        f"PUT {_CONV}/picture",
        f"DELETE {_CONV}/picture",
        "> group admin",
        "> group describe",
        "> group posting",
        "> group link",
        "> group unlink",
    ),
    _row(
        "chat.broadcast",
        "++-+++",
        "Say one text to many: colleagues, and clients whom one answers for",
        "POST /api/v1/broadcasts",
    ),
    _row(
        "chat.report",
        "oooooo",
        "Tell compliance of a message that one sees",
        "POST /api/v1/reports",
    ),
    _row(
        "chat.join",
        "++-+++",
        "Join a group of the firm by a link that its admin made",
        "POST /api/v1/join/offer",
        "POST /api/v1/join",
    ),
    _row("chat.leave", "oooooo", "Leave a group", "> members leave"),
    _row(
        "chat.relationship",
        "oo----",
        "Hand over a client one answers for; let somebody stand in, and end that",
        "> relationship hand_over",
        "> relationship delegate",
        "> relationship end",
    ),
    _row(
        "chat.complaint",
        "ooo---",
        "Mark a message or a conversation with a client as a complaint; answer it, take it back",
        "> complaint file",
        "> complaint answer",
        "> complaint withdraw",
    ),
    _row(
        "chat.invite",
        "oo----",
        "Invite clients, and see and take back one's own invites",
        "POST /api/v1/invites",
        "GET /api/v1/invites",
        "POST /api/v1/invites/{invite}/link",
        "DELETE /api/v1/invites/{invite}",
    ),
    _row(
        "chat.hours",
        "oo----",
        "Set one's own hours, and that one is away",
        "GET /api/v1/me/hours",
        "PUT /api/v1/me/hours",
        "PUT /api/v1/me/away",
        "DELETE /api/v1/me/away",
    ),
    _row("chat.notice", "--o---", "Accept the recording notice", "POST /api/v1/notice"),
    _row(
        "chat.passkeys",
        "--o---",
        "Make, see and remove one's own passkeys",
        "GET /api/v1/passkeys",
        "POST /api/v1/passkeys/challenge",
        "POST /api/v1/passkeys",
        "DELETE /api/v1/passkeys/{passkey}",
    ),
    _row(
        "chat.proof",
        "--o---",
        "Show with a code that it is still oneself",
        "POST /api/v1/proof/code",
        "POST /api/v1/proof",
    ),
    _row(
        "chat.confirm",
        "oo----",
        "Give one's word for a client whom one advises, and have them come in anew",
        "POST /api/v1/clients/{person}/confirmation",
        "POST /api/v1/clients/{person}/reset",
    ),
    _row(
        "chat.letters",
        "--o---",
        "Choose whether to be told by mail or SMS that something waits",
        "GET /api/v1/letters",
        "PUT /api/v1/letters",
    ),
    _row(
        "chat.copy",
        "--o---",
        "Take a copy of one's own conversations, with proof",
        "POST /api/v1/copy",
        "GET /api/v1/copy",
        "GET /api/v1/copy.zip",
    ),
    _row("chat.end", "--o---", "End the relationship with the firm", "POST /api/v1/leave"),
    _row(
        "console.session",
        "---ooo",
        "Be signed in at the console; see and end one's own devices",
        "POST /api/v1/sign-out",
        "GET /api/v1/me",
        "GET /api/v1/devices",
        "DELETE /api/v1/devices/{device}",
    ),
    _row(
        "console.login",
        "---ooo",
        "Let one's own command line in",
        "GET /api/v1/logins/{code}",
        "POST /api/v1/logins/{code}",
    ),
    _row(
        "console.directory",
        "---+++",
        "See who there is, with pictures",
        "GET /api/v1/people",
        "GET /api/v1/pictures/{sha256}",
    ),
    _row(
        "console.conversations",
        "---+--",
        "Find conversations by member and title, without any text",
        "GET /api/v1/conversations",
    ),
    _row(
        "console.complaints",
        "---+--",
        "List complaints with who, what about and until when, without any text",
        "GET /api/v1/complaints",
        "GET /api/v1/complaints/figures",
        "POST /api/v1/complaints/seen",
    ),
    _row(
        "console.reports",
        "---+--",
        "Read what people reported of messages; that it was read is a record",
        "GET /api/v1/reports",
    ),
    _row(
        "console.cases",
        "---o--",
        "Open cases; search, read and export in one's own ones",
        "GET /api/v1/cases",
        "POST /api/v1/cases",
        f"GET {_CASE}",
        f"POST {_CASE}/searches",
        f"GET {_CASE}/searches/{{number}}",
        f"POST {_CASE}/ranges",
        f"GET {_CASE}/ranges/{{number}}/rows",
        f"GET {_CASE}/ranges/{{number}}/transcript",
        f"POST {_CASE}/ranges/{{number}}/files",
        f"GET {_CASE}/exports",
        f"POST {_CASE}/exports",
        f"GET {_CASE}/exports/{{number}}",
        f"DELETE {_CASE}/exports/{{number}}",
        f"GET {_CASE}/exports/{{number}}/bundle.zip",
    ),
    _row("console.samples", "---+--", "Record a random sample", "POST /api/v1/samples"),
    _row(
        "console.streams",
        "-----+",
        "Read the system streams: who signed in, who looked at what and why",
        "GET /api/v1/streams",
        "GET /api/v1/streams/{id}/records",
    ),
    _row(
        "console.people",
        "----+-",
        "Add people, shut them out and let them back in; links, passwords",
        "GET /api/v1/admin/people",
        "POST /api/v1/admin/people",
        f"POST {_ACCOUNT}/links",
        f"POST {_ACCOUNT}/password",
        f"POST {_ACCOUNT}/deactivate",
        f"POST {_ACCOUNT}/activate",
        "POST /api/v1/admin/people/import/preview",
        "POST /api/v1/admin/people/import",
        f"PUT {_ACCOUNT}/picture",
        f"DELETE {_ACCOUNT}/picture",
    ),
    _row(
        "console.notices",
        "----+-",
        "See, publish and plan the texts of the recording notice",
        "GET /api/v1/admin/notices",
        "POST /api/v1/admin/notices",
        "DELETE /api/v1/admin/notices/{id}",
    ),
    _row(
        "console.firm",
        "----+-",
        "Set what the firm is called and looks like",
        "GET /api/v1/admin/firm",
        "PUT /api/v1/admin/firm",
        "PUT /api/v1/admin/firm/picture",
        "DELETE /api/v1/admin/firm/picture",
    ),
    _row(
        "console.hours",
        "----+-",
        "Set the office hours, and somebody's own: holidays, absences",
        "GET /api/v1/admin/hours",
        "PUT /api/v1/admin/hours",
        "POST /api/v1/admin/hours/preview",
        "POST /api/v1/admin/hours/holidays",
        f"GET {_ACCOUNT}/hours",
        f"PUT {_ACCOUNT}/hours",
        f"PUT {_ACCOUNT}/away",
        f"DELETE {_ACCOUNT}/away",
    ),
    _row(
        "console.waiting",
        "----+-",
        "See which clients wait for an answer, and who answers them",
        "GET /api/v1/admin/waiting",
    ),
    _row(
        "console.devices",
        "----+-",
        "See where somebody is signed in, and sign them out",
        f"GET {_ACCOUNT}/sessions",
        f"DELETE {_ACCOUNT}/sessions",
        f"DELETE {_ACCOUNT}/sessions/{{session}}",
    ),
    _row(
        "console.relationships",
        "----+-",
        "See who answers for which client; hand them over, let somebody stand in",
        f"GET {_ACCOUNT}/relationships",
        "POST /api/v1/admin/relationships/{conv}",
    ),
    _row(
        "console.tokens",
        "----+-",
        "See, make and revoke the tokens of scripts and bots",
        f"GET {_ACCOUNT}/tokens",
        f"POST {_ACCOUNT}/tokens",
        "DELETE /api/v1/admin/tokens/{id}",
    ),
    _row(
        "console.hooks",
        "----+-",
        "See how far the hooks are; have one deliver again, or try again now",
        "GET /api/v1/admin/hooks",
        "POST /api/v1/admin/hooks/{name}/replay",
        "POST /api/v1/admin/hooks/{name}/retry",
    ),
)

_BY_ACTION: Final = {permission.action: permission for permission in TABLE}


def permission(action: str) -> Permission:
    """Return an action's row. Raises KeyError: the action is not in the table."""
    return _BY_ACTION[action]


def may_sign_in(place: Place) -> frozenset[Role]:
    """Return who may be signed in at a listener."""
    row = permission(f"{place}.session")
    return frozenset(role for role in HOLDERS if row.allows(role))
