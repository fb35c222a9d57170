"""What letters say of an account, in English and Polish. Mail programs make no link of it."""

from onrecord.core.domain.texts import unlinked
from onrecord.core.words import words_of
from onrecord.features.notifications.client_letters import AccountLetter
from onrecord.features.notifications.letters.text import Text, when
from onrecord_archive.catalogues.catalogue import Words


def account_text(letter: AccountLetter) -> Text:
    """Return the letter in its language, in English where there is none."""
    words, firm = words_of(letter.locale), unlinked(letter.firm)
    role = words.named("role", letter.role or "")
    did = words.text(
        f"account.did.{letter.what}",
        about=unlinked(letter.about),
        role=role,
        token=unlinked(letter.token or ""),
        ends="" if letter.ends is None else when(letter.ends, words),
    )
    ahead = letter.what == "token_ends"  # nobody did anything
    family = letter.what.partition("_")[0]
    subject = family if family in ("break", "reset") else "account"
    return Text(
        words.text("account.subject.ahead" if ahead else f"account.subject.{subject}"),
        words.text("account.ahead", firm=firm, did=did)
        if ahead
        else words.text("account.long", firm=firm, did=did, told=_told(letter, words)),
        words.text("account.short", firm=firm, did=did),
    )


def _told(letter: AccountLetter, words: Words) -> str:
    """Return who did it, and why, a line each."""
    by = unlinked(letter.by)
    told = words.text("account.by", by=by)
    if letter.approved_by is not None:
        told = words.text("account.approved", by=by, approved_by=unlinked(letter.approved_by))
    if letter.reason is not None:
        told += words.text("account.reason", reason=unlinked(letter.reason))
    return told
