"""What letters say, in English and Polish. Never a word of what was written in a conversation.

In Polish they say Ty to clients, as the screens do (client_web/README.md, Words).
"""

from collections.abc import Callable
from datetime import UTC

from msgspec.structs import replace

from onrecord.core.domain.texts import unlinked
from onrecord.features.notifications.client_letters import (
    AccountLetter,
    CodeLetter,
    ComplaintLetter,
    DeviceLetter,
    InviteLetter,
    Letter,
    MovedLetter,
    PasskeyLetter,
    ResetLetter,
    UncoveredLetter,
    UnreadLetter,
    WaitingLetter,
)
from onrecord.features.notifications.letters.account_texts import account_text
from onrecord.features.notifications.letters.text import Text

_NAMES = frozenset({"firm", "advisor", "name"})


def text_of(letter: Letter) -> Text:
    """Return a letter in its language, in English where there is none.

    Mail programs make no link of the names in it.
    """
    called = {name: getattr(letter, name) for name in _NAMES & set(letter.__struct_fields__)}
    letter = replace(letter, **{name: unlinked(value) for name, value in called.items()})
    if isinstance(letter, AccountLetter):
        return account_text(letter)
    if isinstance(letter, InviteLetter):
        return _INVITE.get(letter.locale, _invite_en)(letter)
    if isinstance(letter, CodeLetter):
        return _CODE.get(letter.locale, _code_en)(letter)
    if isinstance(letter, DeviceLetter):
        return _DEVICE.get(letter.locale, _device_en)(letter)
    if isinstance(letter, PasskeyLetter):
        return _PASSKEY.get(letter.locale, _passkey_en)(letter)
    if isinstance(letter, MovedLetter):
        return _MOVED.get(letter.locale, _moved_en)(letter)
    if isinstance(letter, ResetLetter):
        return _RESET.get(letter.locale, _reset_en)(letter)
    if isinstance(letter, WaitingLetter):
        return _WAITING.get(letter.locale, _waiting_en)(letter)
    if isinstance(letter, ComplaintLetter):
        return _COMPLAINT.get(letter.locale, _complaint_en)(letter)
    if isinstance(letter, UncoveredLetter):
        return _UNCOVERED.get(letter.locale, _uncovered_en)(letter)
    return _UNREAD.get(letter.locale, _unread_en)(letter)


def _invite_en(letter: InviteLetter) -> Text:
    return Text(
        f"{letter.advisor} invites you to a conversation",
        f"Hello {letter.name},\n\n"
        f"{letter.advisor} of {letter.firm} would like to write with you, safely and on the record."
        " There is nothing to install. Open this link on your phone or computer:\n\n"
        f"{letter.link}\n\n"
        "You will be asked for a code that we send to this address. The link is for you alone and"
        f" works once.\n\n{letter.firm}\n",
        f"{letter.firm}: {letter.advisor} invites you to write. {letter.link}",
    )


def _invite_pl(letter: InviteLetter) -> Text:
    return Text(
        f"{letter.advisor} zaprasza do rozmowy",
        f"Dzień dobry, {letter.name},\n\n"
        f"{letter.advisor} ({letter.firm}) zaprasza Cię do rozmowy, bezpiecznej i z zapisem każdej"
        " wiadomości. Niczego nie trzeba instalować. Otwórz ten link na telefonie lub"
        f" komputerze:\n\n{letter.link}\n\n"
        "Poprosimy o kod, który wyślemy na ten adres. Link jest tylko dla Ciebie i działa raz."
        f"\n\n{letter.firm}\n",
        f"{letter.firm}: {letter.advisor} zaprasza do rozmowy. {letter.link}",
    )


def _code_en(letter: CodeLetter) -> Text:
    return Text(
        f"{letter.code} is your code",
        f"Your code for {letter.firm}: {letter.code}\n\n"
        f"It works once, for {letter.minutes} minutes, and only in the browser where it was asked"
        " for; the newest one holds there. Nobody from"
        f" {letter.firm} will ask you for it.\n\n"
        "If you did not ask for a code, somebody else has opened your link or typed your address."
        " Without this code they cannot come in: give it to nobody, and tell your advisor.\n",
        f"{letter.code} is your code for {letter.firm}. It works for {letter.minutes} minutes,"
        " only where it was asked for. Don't share it with anyone. Not you? Tell your advisor.",
    )


def _code_pl(letter: CodeLetter) -> Text:
    return Text(
        f"{letter.code} to Twój kod",
        f"Twój kod ({letter.firm}): {letter.code}\n\n"
        f"Działa raz, przez {letter.minutes} min, i tylko w przeglądarce, w której o niego"
        " poproszono; ważny jest tam ten najnowszy. Nikt z firmy o niego nie zapyta.\n\n"
        "Jeśli to nie Ty prosisz o kod, ktoś inny otworzył Twój link albo wpisał Twój adres. Bez"
        " tego kodu nie wejdzie: nikomu go nie podawaj i powiedz o tym swojemu doradcy.\n",
        f"{letter.code} to Twój kod ({letter.firm}). Działa przez {letter.minutes} min, tylko tam,"
        " gdzie o niego poproszono. Nikomu go nie podawaj. To nie Ty? Powiedz doradcy.",
    )


def _unread_en(letter: UnreadLetter) -> Text:
    return Text(
        f"{letter.advisor} has written to you",
        f"A message of {letter.advisor}, {letter.firm}, waits for you:\n\n{letter.link}\n\n"
        "For your safety nothing of it stands in this letter. You will get no other one until you"
        " have read it. You can switch these letters off in the menu of your account, under"
        " Notifications.\n",
        f"{letter.firm}: a message of {letter.advisor} waits for you. {letter.link}",
    )


def _unread_pl(letter: UnreadLetter) -> Text:
    return Text(
        f"{letter.advisor}: nowa wiadomość",
        f"Czeka na Ciebie wiadomość. Nadawca: {letter.advisor}, {letter.firm}.\n\n"
        f"{letter.link}\n\n"
        "Dla bezpieczeństwa nie ma tu jej treści. Następne powiadomienie wyślemy dopiero, gdy ją"
        " przeczytasz. Możesz je wyłączyć w menu konta, w części Powiadomienia.\n",
        f"{letter.firm}: czeka na Ciebie wiadomość. Nadawca: {letter.advisor}. {letter.link}",
    )


def _device_en(letter: DeviceLetter) -> Text:
    return Text(
        "You signed in on a new device",
        f"Somebody signed in to your conversations with {letter.firm} on a device that we have not"
        " seen before.\n\nIf that was you, there is nothing to do. If not, open this address, sign"
        " the device out under Devices, and call your advisor:\n\n"
        f"{letter.link}\n\nNobody from {letter.firm} will ask you for a code.\n",
        f"{letter.firm}: you signed in on a new device. If that was not you, call your advisor."
        f" {letter.link}",
    )


def _device_pl(letter: DeviceLetter) -> Text:
    return Text(
        "Logowanie na nowym urządzeniu",
        f"Ktoś zalogował się do Twoich rozmów ({letter.firm}) na urządzeniu, którego dotąd nie"
        " znaliśmy.\n\nJeśli to Ty, nie musisz nic robić. Jeśli nie, otwórz ten adres, wyloguj to"
        " urządzenie w części Urządzenia i zadzwoń do doradcy:\n\n"
        f"{letter.link}\n\nNikt z firmy nie zapyta Cię o kod.\n",
        f"{letter.firm}: logowanie na nowym urządzeniu. Jeśli to nie Ty, zadzwoń do doradcy."
        f" {letter.link}",
    )


def _passkey_en(letter: PasskeyLetter) -> Text:
    return Text(
        "A passkey was added",
        f"A passkey was added for your conversations with {letter.firm}: whoever has it comes in"
        " without a code.\n\nIf that was you, there is nothing to do. If not, open this address,"
        " remove the passkey under Devices, and call your advisor:\n\n"
        f"{letter.link}\n\nNobody from {letter.firm} will ask you for a code.\n",
        f"{letter.firm}: a passkey was added. If that was not you, call your advisor."
        f" {letter.link}",
    )


def _passkey_pl(letter: PasskeyLetter) -> Text:
    return Text(
        "Dodano klucz dostępu",
        f"Do Twoich rozmów ({letter.firm}) dodano klucz dostępu: kto go ma, loguje się bez kodu."
        "\n\nJeśli to Ty, nie musisz nic robić. Jeśli nie, otwórz ten adres, usuń klucz w części"
        " Urządzenia i zadzwoń do doradcy:\n\n"
        f"{letter.link}\n\nNikt z firmy nie zapyta Cię o kod.\n",
        f"{letter.firm}: dodano klucz dostępu. Jeśli to nie Ty, zadzwoń do doradcy. {letter.link}",
    )


def _moved_en(letter: MovedLetter) -> Text:
    return Text(
        "Your codes go elsewhere now",
        f"An advisor of {letter.firm} changed where your codes go: no longer to this address."
        " Every device was signed out.\n\nIf you asked for that, there is nothing to do."
        f" If this was not you, call {letter.firm} at once, on a number that you know.\n\n"
        f"Nobody from {letter.firm} will ask you for a code.\n",
        f"{letter.firm}: an advisor changed where your codes go. If this was not you, call"
        f" {letter.firm}.",
    )


def _moved_pl(letter: MovedLetter) -> Text:
    return Text(
        "Twoje kody trafią gdzie indziej",
        f"Doradca ({letter.firm}) zmienił miejsce, do którego wysyłamy Twoje kody: nie jest to już"
        " ten adres. Wszystkie urządzenia zostały wylogowane.\n\nJeśli to Twoja prośba, nie musisz"
        f" nic robić. Jeśli nie, od razu zadzwoń do firmy ({letter.firm}) pod znany Ci numer.\n\n"
        "Nikt z firmy nie zapyta Cię o kod.\n",
        f"{letter.firm}: doradca zmienił miejsce, do którego wysyłamy Twoje kody. Jeśli to nie"
        " Twoja prośba, zadzwoń do firmy.",
    )


def _reset_en(letter: ResetLetter) -> Text:
    when = f"{letter.at.astimezone(UTC):%d %b %Y, %H:%M} UTC"
    return Text(
        "Your access is to be reset",
        f"{letter.advisor} of {letter.firm} asked to reset your access. It takes effect in"
        f" {letter.hours} h, on {when}: every device is signed out, and a new invitation is sent,"
        " perhaps to another address.\n\nIf you asked for that, there is nothing to do. If you did"
        f" not, open this link and stop it:\n\n{letter.link}\n\n"
        f"Nobody from {letter.firm} will ask you for a code.\n",
        f"{letter.firm}: {letter.advisor} asked to reset your access. It takes effect on {when}."
        f" Not you? Stop it: {letter.link}",
    )


def _reset_pl(letter: ResetLetter) -> Text:
    when = f"{letter.at.astimezone(UTC):%d.%m.%Y, %H:%M} UTC"
    return Text(
        "Prośba o zresetowanie Twojego dostępu",
        f"{letter.advisor} ({letter.firm}) prosi o zresetowanie Twojego dostępu. Nastąpi to za"
        f" {letter.hours} godz. ({when}): wszystkie urządzenia zostaną wylogowane i wyślemy nowe"
        " zaproszenie, być może na inny adres.\n\nJeśli to Twoja prośba, nie musisz nic robić."
        f" Jeśli nie, otwórz ten link i zatrzymaj reset:\n\n{letter.link}\n\n"
        "Nikt z firmy nie zapyta Cię o kod.\n",
        f"{letter.firm}: {letter.advisor} prosi o zresetowanie Twojego dostępu. Nastąpi to {when}."
        f" To nie Twoja prośba? Zatrzymaj: {letter.link}",
    )


def _waiting_en(letter: WaitingLetter) -> Text:
    what = "A client waits" if letter.clients == 1 else f"{letter.clients} clients wait"
    return Text(
        f"{what} for an answer",
        f"{what} for an answer from {letter.firm}:\n\n{letter.link}\n\n"
        "Who it is and what was written stands there, not in this letter.\n",
        f"{letter.firm}: {what.lower()} for an answer. {letter.link}",
    )


def _waiting_pl(letter: WaitingLetter) -> Text:
    many = f"Klienci czekają na odpowiedź ({letter.clients})"
    what = "Klient czeka na odpowiedź" if letter.clients == 1 else many
    return Text(
        what,
        f"{letter.firm}: {what.lower()}:\n\n{letter.link}\n\n"
        "Kto napisał i co, widać tylko tam, nie w tym liście.\n",
        f"{letter.firm}: {what.lower()}. {letter.link}",
    )


def _complaint_en(letter: ComplaintLetter) -> Text:
    if letter.overdue:
        one = letter.overdue == 1
        what = "A complaint is overdue" if one else f"{letter.overdue} complaints are overdue"
    else:
        one = letter.complaints == 1
        what = "A new complaint" if one else f"{letter.complaints} new complaints"
    return Text(
        what,
        f"{letter.firm}: {what[0].lower()}{what[1:]}.\n\n{letter.link}\n\n"
        "Who complained and of what stands there, not in this letter.\n",
        f"{letter.firm}: {what[0].lower()}{what[1:]}. {letter.link}",
    )


def _complaint_pl(letter: ComplaintLetter) -> Text:
    if letter.overdue:
        one = letter.overdue == 1
        what = "Reklamacja po terminie" if one else f"Reklamacje po terminie ({letter.overdue})"
    else:
        one = letter.complaints == 1
        what = "Nowa reklamacja" if one else f"Nowe reklamacje ({letter.complaints})"
    return Text(
        what,
        f"{letter.firm}: {what[0].lower()}{what[1:]}.\n\n{letter.link}\n\n"
        "Kto ją złożył i czego dotyczy, widać tylko tam, nie w tym liście.\n",
        f"{letter.firm}: {what[0].lower()}{what[1:]}. {letter.link}",
    )


def _uncovered_en(letter: UncoveredLetter) -> Text:
    one = letter.conversations == 1
    what = "A client has no advisor" if one else f"{letter.conversations} clients have no advisor"
    where = "the conversation" if one else "the conversations"
    return Text(
        what,
        f"{letter.firm}: the advisor left, and nobody has been named to take over {where}."
        f"\n\n{letter.link}\n\nThe console shows who it is. This email does not.\n",
        f"{letter.firm}: {what[0].lower()}{what[1:]}. {letter.link}",
    )


def _uncovered_pl(letter: UncoveredLetter) -> Text:
    one = letter.conversations == 1
    what = "Klient nie ma doradcy" if one else f"Klienci bez doradcy ({letter.conversations})"
    where = "tej rozmowy" if one else "tych rozmów"
    return Text(
        what,
        f"{letter.firm}: doradca nie pracuje już w firmie, a nikogo nie wyznaczono do przejęcia"
        f" {where}.\n\n{letter.link}\n\nO kogo chodzi, widać tylko w konsoli, nie w tym e-mailu.\n",
        f"{letter.firm}: {what[0].lower()}{what[1:]}. {letter.link}",
    )


_INVITE: dict[str, Callable[[InviteLetter], Text]] = {"en": _invite_en, "pl": _invite_pl}
_CODE: dict[str, Callable[[CodeLetter], Text]] = {"en": _code_en, "pl": _code_pl}
_DEVICE: dict[str, Callable[[DeviceLetter], Text]] = {"en": _device_en, "pl": _device_pl}
_WAITING: dict[str, Callable[[WaitingLetter], Text]] = {"en": _waiting_en, "pl": _waiting_pl}
_PASSKEY: dict[str, Callable[[PasskeyLetter], Text]] = {"en": _passkey_en, "pl": _passkey_pl}
_MOVED: dict[str, Callable[[MovedLetter], Text]] = {"en": _moved_en, "pl": _moved_pl}
_RESET: dict[str, Callable[[ResetLetter], Text]] = {"en": _reset_en, "pl": _reset_pl}
_COMPLAINT: dict[str, Callable[[ComplaintLetter], Text]] = {
    "en": _complaint_en,
    "pl": _complaint_pl,
}
_UNCOVERED: dict[str, Callable[[UncoveredLetter], Text]] = {
    "en": _uncovered_en,
    "pl": _uncovered_pl,
}
_UNREAD: dict[str, Callable[[UnreadLetter], Text]] = {"en": _unread_en, "pl": _unread_pl}
