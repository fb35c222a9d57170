"""The columns of the schema but for those that let somebody in (test_ways_in.py)."""

from collections.abc import Mapping

BESIDE: Mapping[str, str] = {
    "account.epoch": "Device marks and codes are of one; those of an older epoch are nobody's.",
    "account.username": "Says whose password is meant.",
    "account_notice.link": "Of which link a notice tells; the link itself is in sign_in_link.",
    "approval_request.begun": "How far a reset is; its invite's secret is in invite alone.",
    "approval_request.code": "Shows who approves a role that its person was met; lets nobody in.",
    "approval_request.objection": "Stops a client's reset, and does nothing else.",
    "join_link.hash": "Brings into a group who of the firm is signed in.",
    "one_time_code.about": "Whose a code is, with the epoch, session or invite that it ends with.",
    "passkey_challenge.hashed": "To be signed in a session, by a passkey, within five minutes.",
    "push_subscription.auth": "Seals what is pushed to the endpoint.",
    "push_subscription.point": "Seals what is pushed to the endpoint.",
    "server_key.sha256": "A fingerprint of the server's own key.",
    "session.fresh_at": "When the one behind a session proved who they are, while it stands.",
    "session.link": "Which link a session began with; that one is used.",
    "session.locked_at": "Closes a session.",
}
"""Secrets, or beside one, that let nobody in by themselves, and why."""

OTHERS: Mapping[str, str] = {
    "account": (
        "person mail locale enrolled_at owner ended_at destroyed_at awaits password_session "
        "password_by"
    ),
    "account_notice": "id person at mail said seen_at",
    "alarms_since": "at",
    "api_token": (
        "id person name created_at expires_at per_minute burst revoked_at used_at told_days"
    ),
    "approval_request": (
        "id person asked_by asked_at expires_at state wanted client takes_effect_at step "
        "code_session code_until code_tries"
    ),
    "archived": "key archive_index ct key_id",
    "archiver": "id epoch position holder beat",
    "assurance": "person device proved_at until",
    "automatic_reply": "stream_key at until",
    "broadcast_message": "archive_index broadcast",
    "client_address": "way person",
    "client_device": "id person name first_at confirmed_how confirmed_by",
    "closed_stream": "stream_key",
    "complaint": (
        "stream_key filed_seq event_id reference category about person filed_at due target "
        "target_seq closed_seq closed_at closed_by outcome"
    ),
    "complaint_look": "person upto",
    "complaint_told": "event_id step person",
    "conversation": "stream_key id kind title published_seq published_msg_no newest",
    "conversation_mark": "person stream_key pinned muted archived unread level",
    "conversation_title": "stream_key conv_seq title",
    "delegation": "stream_key added_seq event_id person starts ends started_seq ended_seq",
    "directory": "id rev",
    "firm_hours": "id hours",
    "firm_profile": "id name picture",
    "forwarded_message": "archive_index source at author shown_author",
    "group_picture": "stream_key conv_seq sha256 data",
    "group_version": "stream_key conv_seq said",
    "hook": "name position opening limits people paused kept_from destination owed replay_from"
    " comparison_ordered",
    "hook_comparison": "hook ended_at position differences doubles named",
    "hook_blocked": "hook stream archive_index since detail",
    "hook_receipts": "hook number count first past began_at ended_at sha256 run block",
    "identity_owed": "event_id at command",
    "invite": (
        "id advisor name org address_way address way locale created_at expires_at person "
        "accepted_at revoked_at sent made"
    ),
    "join_link": "stream_key event_id",
    "journal": "key event_id stream_key conv_seq msg_no type actor at prev pt class client_id",
    "journal_body": "key shown kept salt_s salt_k body_sha",
    "member": "stream_key person read_msg_no delivered_msg_no own_above",
    "member_span": "stream_key person join_seq from_seq to_seq joined_at start",
    "mention": "target at length person stream_key msg_no author",
    "message_file": (
        "target no blob_id name type sha256 size width height ct sealed file_key voice_ms wave"
    ),
    "no_letters": "person",
    "notice_acceptance": "person notice at locale title",
    "notice_version": "id locale title text from_at made_at made_by withdrawn_at kind",
    "one_time_code": "tries expires_at",
    "own_hours": "person hours",
    "passkey": "id person name counter created_at used_at",
    "passkey_challenge": "person expires_at",
    "pending": "key",
    "person": "id name kind org role outside active title picture branch",
    "person_status": "person text quiet until",
    "personal_event": "archive_index person wire",
    "personal_stream": "stream_key id person published_seq",
    "picture": "sha256 data",
    "planned_message": "stream_key archive_index upto",
    "policy_watch": "id position",
    "position": "stream_key person kind msg_no conv_seq at",
    "push_subscription": "session named locale",
    "quiet_hours": "person zone starts ends weekends",
    "reaction": "target person emoji conv_seq",
    "relationship": "stream_key from_seq to_seq client owner",
    "scheduled": "person id conversation at written_at sealed state code detail",
    "search_day": "day first last",
    "search_word": "word",
    "server_key": "id",
    "session": (
        "id person audience auth device device_name epoch created_at seen_at expires_at "
        "ended_at address"
    ),
    "session_ticket": "session origin expires_at",
    "sign_in_link": (
        "person audience expires_at first used_at used_from used_on report reported_at closed_at "
        "made_by"
    ),
    "star": "person target event_id number",
    "stored_file": (
        "blob_id event_id stream_key actor name type sha256 size width height ct sealed "
        "file_key voice_ms wave"
    ),
    "stream": "key id kind class title conv_seq msg_no head_pt last_at member_rev",
    "stream_complaint": "stream_key complaints",
    "stream_group": "stream_key said",
    "stream_member": "stream_key person from_seq",
    "stream_relation": "stream_key relation",
    "stub": "key actor",
    "succession": "person successor",
    "tenure": "epoch host data lock key_store first_index at",
    "timeline": (
        "archive_index stream_key conv_seq msg_no listed type actor at event_id wire text "
        "text_seq edited_at removed_at edits target quote"
    ),
    "uncovered": "conversation since_seq former at",
    "uncovered_told": "conversation person",
    "unread_letter": "stream_key person msg_no read_before",
    "waiting": "stream_key since_seq",
    "waiting_told": "event_id step person stream_key",
}
"""What says something about somebody or something, or closes: nobody gets in by it."""
