"""What letters say of an account, in English and Polish. Mail programs make no link of it."""

from onrecord.core.domain.texts import unlinked
from onrecord.features.notifications.client_letters import AccountLetter
from onrecord.features.notifications.letters.text import Text

_ROLES = {
    "en": {
        "employee": "employee",
        "advisor": "advisor",
        "client": "client",
        "compliance": "compliance officer",
        "administrator": "administrator",
        "auditor": "auditor",
    },
    "pl": {
        "employee": "pracownik",
        "advisor": "doradca",
        "client": "klient",
        "compliance": "compliance",
        "administrator": "administrator",
        "auditor": "audytor",
    },
}


def account_text(letter: AccountLetter) -> Text:
    """Return the letter in its language, in English where there is none."""
    return _polish(letter) if letter.locale == "pl" else _english(letter)


def _english(letter: AccountLetter) -> Text:
    about, role = unlinked(letter.about), _ROLES["en"].get(letter.role or "", letter.role or "")
    what = {
        "link": "A new sign-in link was made for your account.",
        "changed": "The details of your account were changed.",
        "role": f"Your role was changed to {role}.",
        "activated": "Your account was reactivated.",
        "break_glass_link": f"A sign-in link for {about} was made on the server itself.",
        "break_glass_role": f"{about} was made {role} on the server itself.",
        "reset_objected": f"{about} objected to the reset of their access. It was stopped.",
        "reset_failed": f"The reset of {about}'s access could not be carried out.",
    }[letter.what]
    by = f"By: {unlinked(letter.by)}\n"
    if letter.approved_by is not None:
        by = f"Requested by: {unlinked(letter.by)}\nApproved by: {unlinked(letter.approved_by)}\n"
    if letter.reason is not None:
        by += f"Reason: {unlinked(letter.reason)}\n"
    firm = unlinked(letter.firm)
    call = f"If you did not expect this, call {firm} at once, on a number that you know."
    subject = {"break": "Break-glass was used", "reset": "A client's reset was stopped"}
    return Text(
        subject.get(letter.what.partition("_")[0], "Your account was changed"),
        f"{firm}: {what}\n\n{by}\n{call}\n\n"
        f"Nobody from {firm} will ask you for a code or a password.\n",
        f"{firm}: {what} Not expected? Call {firm}.",
    )


def _polish(letter: AccountLetter) -> Text:
    about, role = unlinked(letter.about), _ROLES["pl"].get(letter.role or "", letter.role or "")
    what = {
        "link": "Utworzono nowy link do logowania na Twoje konto.",
        "changed": "Zmieniono dane Twojego konta.",
        "role": f"Zmieniono Twoją rolę na: {role}.",
        "activated": "Twoje konto jest znów aktywne.",
        "break_glass_link": f"Na samym serwerze utworzono link do logowania. Konto: {about}.",
        "break_glass_role": f"Na samym serwerze nadano rolę: {role}. Konto: {about}.",
        "reset_objected": f"Sprzeciw wobec zresetowania dostępu: {about}. Reset zatrzymano.",
        "reset_failed": f"Nie udało się zresetować dostępu: {about}.",
    }[letter.what]
    by = f"Kto: {unlinked(letter.by)}\n"
    if letter.approved_by is not None:
        by = f"Na wniosek: {unlinked(letter.by)}\nZgoda: {unlinked(letter.approved_by)}\n"
    if letter.reason is not None:
        by += f"Powód: {unlinked(letter.reason)}\n"
    firm = unlinked(letter.firm)
    call = f"Jeśli to dla Ciebie niespodzianka, od razu zadzwoń do firmy ({firm}) pod znany numer."
    subject = {"break": "Użyto dostępu awaryjnego", "reset": "Zatrzymano reset dostępu"}
    return Text(
        subject.get(letter.what.partition("_")[0], "Zmiana na Twoim koncie"),
        f"{firm}: {what}\n\n{by}\n{call}\n\nNikt z firmy nie zapyta Cię o kod ani o hasło.\n",
        f"{firm}: {what} Niespodzianka? Zadzwoń do firmy.",
    )
