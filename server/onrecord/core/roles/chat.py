"""Rows of the table of roles: what is done at the chat. Of both, `roles` is the table."""

from typing import Final

from onrecord.core.roles.permission import row

# The marks stand in the order of HOLDERS: employee, advisor, client, compliance, administrator,
# auditor.
CHAT: Final = (
    row(
        "chat.session",
        "oooooo",
        "Be signed in at the chat; see and end one's own devices",
        "hello",
        "idle",
        "looking",
        "ping",
    ),
    row("chat.tokens", "oo-ooo", "See, make and revoke the tokens of one's own scripts and bots"),
    row(
        "chat.directory",
        "++o+++",
        "See who there is, with pictures; a client sees whom they share a conversation with",
    ),
    row("chat.profile", "++-+++", "See the office hours and absences of the firm's people"),
    row("chat.picture", "oooooo", "Set one's own picture"),
    row("chat.read", "oooooo", "Read, search and look up what was said where one is a member"),
    row(
        "chat.say",
        "oooooo",
        "Write, react, be seen to type and to read where one is a member",
        "send",
        "react",
        "read",
        "delivered",
        "played",
        "typing",
    ),
    row(
        "chat.files", "oooooo", "Send files where one is a member, and open those that one may read"
    ),
    row(
        "chat.notes",
        "oooooo",
        "Pin, mute, archive, mark as unread, star what one may read, quiet hours: for oneself",
        "mark",
        "star",
        "quiet_hours",
    ),
    row(
        "chat.push", "oooooo", "Have this browser told, by its push service, that something is new"
    ),
    row("chat.amend", "oooooo", "Edit and remove one's own messages", "edit", "remove"),
    row("chat.start", "++-+++", "Start a conversation"),
    row(
        "chat.group",
        "oo-ooo",
        "Lead a group that one is an admin of: members, name, looks, admins, who writes",
        "members",
        "title",
        "group",
    ),
    row(
        "chat.schedule",
        "oo-ooo",
        "Have a message sent later, see and change what waits, take it back",
    ),
    row(
        "chat.broadcast",
        "++-+++",
        "Say one text to many: colleagues, and clients whom one answers for",
    ),
    row("chat.report", "oooooo", "Tell compliance of a message that one sees"),
    row("chat.join", "++-+++", "Join a group of the firm by a link that its admin made"),
    row("chat.leave", "oooooo", "Leave a group", "members leave"),
    row(
        "chat.relationship",
        "oo----",
        "Hand over a client one answers for; let somebody stand in, and end that",
        "relationship",
    ),
    row(
        "chat.complaint",
        "ooo---",
        "Mark a message or a conversation with a client as a complaint; answer it, take it back",
        "complaint",
    ),
    row("chat.invite", "oo----", "Invite clients, and see and take back one's own invites"),
    row("chat.hours", "oo----", "Set one's own hours, and that one is away"),
    row(
        "chat.status",
        "oo-ooo",
        "Say something of oneself to colleagues: not to be disturbed, a few words",
    ),
    row(
        "chat.notice",
        "oooooo",
        "Accept what one is asked to: a client the recording notice, others the firm's policy",
    ),
    row("chat.lock", "oooooo", "Lock the app on this device, and unlock it"),
    row("chat.passkeys", "oooooo", "Make, see and remove one's own passkeys"),
    row("chat.proof", "--o---", "Show with a code that it is still oneself"),
    row(
        "chat.confirm",
        "oo----",
        "Confirm a client whom one advises, take that back, reset their access",
    ),
    row("chat.object", "--o---", "See that a reset of oneself waits, and stop it"),
    row("chat.letters", "--o---", "Choose whether to be told by mail or SMS that something waits"),
    row("chat.copy", "--o---", "Take a copy of one's own conversations, with proof"),
    row("chat.end", "--o---", "End the relationship with the firm"),
)
