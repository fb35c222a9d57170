"""Rows of the table of roles: what is done at the console. Of both, `roles` is the table."""

from typing import Final

from onrecord.core.roles.permission import row

# The marks stand in the order of HOLDERS: employee, advisor, client, compliance, administrator,
# auditor.
CONSOLE: Final = (
    row("console.session", "---ooo", "Be signed in at the console; see and end one's own devices"),
    row("console.login", "---ooo", "Let one's own command line in"),
    row("console.directory", "---+++", "See who there is, with pictures"),
    row(
        "console.conversations",
        "---+--",
        "Find conversations by member and title, without any text",
    ),
    row(
        "console.complaints",
        "---+--",
        "List complaints with who, what about and until when, without any text",
    ),
    row(
        "console.reports",
        "---+--",
        "Read what people reported of messages, and say what became of it; each is a record",
    ),
    row("console.cases", "---o--", "Open cases; search, read and export in one's own ones"),
    row("console.samples", "---+--", "Record a random sample"),
    row(
        "console.streams",
        "-----+",
        "Read the system streams: who signed in, who looked at what and why",
    ),
    row(
        "console.people",
        "----+-",
        "Add people, say what they do and where, shut them out, let them back in; first links",
    ),
    row(
        "console.approvals",
        "----+-",
        "See what waits for a second administrator; approve it, decline it, withdraw one's own",
    ),
    row(
        "console.link_reports",
        "---++-",
        "See which one-time links somebody else used, as their owners say; close such a report",
    ),
    row("console.notices", "----+-", "See, publish and plan the texts of the recording notice"),
    row("console.firm", "----+-", "Set what the firm is called and looks like"),
    row("console.hours", "----+-", "Set the office hours, and somebody's own: holidays, absences"),
    row("console.waiting", "----+-", "See which clients wait for an answer, and who answers them"),
    row("console.devices", "----+-", "See where somebody is signed in, and sign them out"),
    row(
        "console.relationships",
        "----+-",
        "See who answers for which client, and for which nobody does; hand over, let stand in",
    ),
    row("console.tokens", "----+-", "See and revoke everybody's tokens"),
    row(
        "console.hooks",
        "---++-",
        "See how far the hooks are, their receipts, and what the last comparison of each found",
    ),
    row(
        "console.hook_orders",
        "----+-",
        "Have a hook deliver again, try again, pause or go on; compare one",
    ),
)
