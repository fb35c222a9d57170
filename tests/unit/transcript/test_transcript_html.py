"""The page holds every record once, runs nothing, fetches nothing, and is readable aloud."""

import re
from html.parser import HTMLParser
from typing import get_args

import pytest

from onrecord_archive.catalogues.published import words_in
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.language import Language
from onrecord_archive.events.payload import Payload
from onrecord_archive.transcript import rows as transcript_rows
from onrecord_archive.transcript.html import Cover, render_transcript
from onrecord_archive.transcript.markup import element
from onrecord_archive.transcript.transcript import build_transcript
from tests.unit.proof_package.story import (
    ANNA,
    GROUP,
    SYSTEM,
    Story,
    group_story,
    whole_story,
)

LANGUAGES = get_args(Language)
VOID = {"meta", "img"}
TURNS = [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F)]
"""Bidi_Control of Unicode."""


class Page(HTMLParser):
    """Reads a page strictly: every element closed in order; keeps elements and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text.append(data)


def page(story: Story, language: Language = "en", cover: Cover | None = None) -> str:
    transcript = build_transcript(story.records)
    return "".join(render_transcript(transcript, language=language, cover=cover))


@pytest.mark.parametrize(("org", "times"), [("Omar Ltd", 1), ("Omar", 0), ("", 0)])
def test_a_firm_stands_under_a_name_that_it_is_not(org: str, times: int) -> None:
    story = Story(GROUP)
    story.say("Hello", actor={**ANNA, "name": "Omar", "org": org})
    spans = [a for tag, a in Page(page(story)).elements if a.get("class") == "org"]
    assert len(spans) == times


def test_each_record_is_one_row_of_the_page() -> None:
    rows = [a for tag, a in Page(page(whole_story())).elements if tag == "tr" and a.get("class")]
    assert [row["id"] for row in rows] == [f"r{100 + seq}" for seq in range(1, 14)]


def test_who_answered_for_the_client_is_said_in_sentences() -> None:
    story = Story()
    since, ends = "2026-11-01T00:00:00.000000Z", "2026-12-05T22:59:59.999000Z"
    ben = {"person": "d" * 32, "name": "Ben Ode"}
    added = {**ben, "starts": since, "ends": ends, "history": "since", "since": since}
    story.add("delegate.added", {**added, "from_seq": 4, "waiting": 4})
    story.add("delegate.added", added)
    story.add("delegate.started", {"delegation": "e" * 32, "person": "d" * 32, "from_seq": 4})
    story.add("delegate.ended", {"delegation": "e" * 32, "person": "d" * 32})
    handed = {"former": ANNA["id"], "successor": "d" * 32, "from_seq": 2, "history": "all"}
    story.add("conversation.handed_over", handed)
    story.add("conversation.handed_over", {**handed, "history": "{of later"})
    story.add("conversation.handed_over", {**handed, "former": ""})
    story.add("conversation.uncovered", {"former": ANNA["id"]})
    text = "".join(Page(page(story)).text)
    for sentence in (
        "Ben Ode stands in until 5 December 2026, 22:59 UTC and reads from record 4 on",
        "(the history since 1 November 2026, 00:00 UTC).",
        "Record 4 is the client's first message that waited for an answer.",
        "Ben Ode will stand in from 1 November 2026, 00:00 UTC until 5 December 2026, 22:59 UTC",
        "stands in from now on and reads from record 4 on.",
        "does not stand in any more.",
        f"Handed over from {ANNA['name']} to ",
        "who reads from record 2 on (the whole history).",
        "{of later",  # not known: the payload as it stands
        "Nobody of the firm was here. ",
        " answers, and reads from record 2 on (the whole history).",
        f"{ANNA['name']} left the firm. Nobody has taken over yet.",
    ):
        assert sentence in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_said_below_what_it_is_about_an_unknown_one_as_it_stands(
    language: Language,
) -> None:
    story = Story()
    message = story.say("Buy 100 PKN, and WhatsApp me")
    edit = story.add("message.edited", {"target": message, "text": "Ping me on <Signal>"})
    policy = Story({"id": "policy", "kind": "policy"})
    about = {"message": message, "conversation": GROUP["id"], "person": ANNA["id"]}
    policy.add("orders.hint", {**about, "event": message, "signs": ["security"]}, actor=SYSTEM)
    policy.add("off_channel.hint", {**about, "event": edit, "signs": ["messenger"]}, actor=SYSTEM)
    policy.add("tone.hint", {**about, "signs": ["<rude>"]}, actor=SYSTEM)
    policy.add("off_channel.hint", {**about, "message": "f" * 32, "signs": []}, actor=SYSTEM)
    transcript = build_transcript(story.records, policy.records)
    said, edited = transcript.conversations[0].rows
    assert [note.type for note in said.notes] == ["orders.hint", "tone.hint"]
    assert [note.signs for note in edited.notes] == [("messenger",)]
    html = "".join(render_transcript(transcript, language=language))
    text = "".join(Page(html).text)
    for words in {
        "en": ("like an order (to buy or sell)", "another channel (a messenger)", "(<rude>)"),
        "pl": ("zlecenie (kupno lub sprzedaż)", "innego kanału (komunikator)", "(<rude>)"),
    }[language]:
        assert text.count(words) == 1
    assert html.count('<tr class="r"') == len(story.records)


def test_a_complaint_is_said_with_reference_reason_and_day() -> None:
    story = Story()
    due, target = "2026-12-24T10:00:00.000000Z", "c" * 32
    filed = {"reference": "C-7K3QX-9M2BD", "category": "fees", "about": "Fees & charges"}
    said = {**filed, "locale": "en", "reason": "<b>Not</b> agreed.", "due": due}
    story.add("message.sent", {"text": "No fees."}, event_id=target)
    story.add("complaint.filed", {**said, "target": target})
    story.add("complaint.filed", {**said, "target": "0" * 32})
    story.add("complaint.filed", said)
    end = {"complaint": "e" * 32, "reference": "C-7K3QX-9M2BD"}
    story.add("complaint.closed", {**end, "outcome": "answered", "note": "By letter."})
    story.add("complaint.closed", {**end, "outcome": "withdrawn"})
    story.add("complaint.closed", {**end, "outcome": "of later"})
    text = "".join(Page(page(story)).text)
    for sentence in (
        "Marked record 1 as complaint C-7K3QX-9M2BD: Fees & charges.",
        f"Marked a message that is not contained here ({'0' * 32}) as complaint C-7K3QX-9M2BD",
        "Marked the conversation as complaint C-7K3QX-9M2BD: Fees & charges.",
        "<b>Not</b> agreed.",
        "To be answered by 24 December 2026, 10:00 UTC.",
        "Complaint C-7K3QX-9M2BD was answered.By letter.",
        "Complaint C-7K3QX-9M2BD was taken back.",
        "Record of type complaint.closed",
    ):
        assert sentence in text
    assert text.count("was taken back") == 1


@pytest.mark.parametrize(
    ("said", "english", "polish"),
    [
        ({"category": "other", "about": "Inna sprawa"}, "Something else", "Inna sprawa"),
        ({"category": "fees", "about": "Our fees"}, "Our fees", "Our fees"),
        (
            {"category": "fees", "about": "Nasze", "words": {"en": "Ours", "pl": "Nasze"}},
            "Ours",
            "Nasze",
        ),
    ],
)
def test_what_a_complaint_is_about_is_in_the_reader_s_language(
    said: dict[str, object], english: str, polish: str
) -> None:
    story = Story()
    filed = {"reference": "C-7K3QX-9M2BD", "locale": "pl", "reason": "Nie.", "due": "2026-12-24"}
    story.add("complaint.filed", {**filed, **said})
    assert f"C-7K3QX-9M2BD: {english}." in "".join(Page(page(story)).text)
    assert f"C-7K3QX-9M2BD: {polish}." in "".join(Page(page(story, "pl")).text)


def test_times_in_sentences_are_said_as_people_say_them() -> None:
    story, at = Story(), "2026-12-05T22:59:59.999000Z"
    story.add("join_link.made", {"hash": "cd" * 32, "until": at})
    assert "join until 5 December 2026, 22:59 UTC;" in "".join(Page(page(story)).text)
    assert "do 5 grudnia 2026, 22:59 UTC;" in "".join(Page(page(story, "pl")).text)
    assert ("time", {"datetime": at}) in Page(page(story)).elements


def test_no_sentence_has_a_time_for_machines() -> None:
    for story in (whole_story(), group_story()):
        for language in LANGUAGES:
            assert not re.search(r"\d\dT\d\d:", "".join(Page(page(story, language)).text))


NOTE = {"blob_id": "ab" * 16, "sha256": "cd" * 32, "size": 9, "name": "a.webm"}
NOTE |= {"type": "audio/webm"}


@pytest.mark.parametrize(
    ("voice", "said"),
    [
        ({"ms": 12_340, "wave": "05f"}, "Voice note, 0:12. File a.webm, 9 bytes, audio/webm"),
        ({"ms": 61_500, "wave": "05f"}, "Voice note, 1:02. File a.webm"),
        ({"ms": 3, "wave": "0"}, "Voice note, 0:01. File a.webm"),
        ({"ms": 12_340, "wave": "05f", "of": "later"}, '"of":"later"'),
        ({"ms": "12", "wave": "05f"}, '"ms":"12"'),
    ],
)
def test_a_voice_note_is_said_with_its_length(voice: object, said: str) -> None:
    story = Story()
    story.add("message.sent", {"text": ""}, files=[{**NOTE, "voice": voice}])
    assert said in "".join(Page(page(story)).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_was_said_and_done_is_on_the_page(language: Language) -> None:
    text = "".join(Page(page(whole_story(), language)).text)
    for said in ("The rate is 4.2 %", "The rate is 4.3 %", "شكرا", "👍", "Mortgage & more"):
        assert said in text
    for note in words_in(language).each("page.note"):
        assert note in text
    assert "d" * 32 in text
    assert words_in(language).text("month.11") + " 2026, 10:04 UTC" in text
    assert words_in(language).text("fact.device") + " laptop" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language_and_where_it_comes_from(language: Language) -> None:
    html = page(whole_story(), language, Cover("bank.example/log", 1234, "ab" * 32, "C-7"))
    assert ("html", {"lang": language}) in Page(html).elements
    for fact in ("bank.example/log", "1234", "ab" * 32, "C-7"):
        assert fact in html


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><iframe srcdoc=x>",
    "&lt;already&gt; & \u202eevil\u202c \x07\x1b[31m\r\n\x85\ufffe",
    "'onmouseover='alert(1)",
)


def test_nothing_that_people_write_becomes_markup() -> None:
    story = Story({"id": "c" * 32, "kind": "group", "title": HOSTILE[1]})
    actor = {**ANNA, "name": HOSTILE[0], "org": HOSTILE[2], "kind": HOSTILE[4]}
    for text in HOSTILE:
        first = story.say(text, actor=actor)
        story.add("message.edited", {"target": first, "text": text}, actor=actor)
        story.add("title.changed", {"title": text}, actor=actor)
        story.add(text, {text: text}, actor=actor, files=[{"name": text, "x": text}])
    html = page(story, cover=Cover(HOSTILE[0], 1, HOSTILE[1], HOSTILE[2]))
    benign = {tag for tag, _ in Page(page(whole_story())).elements}
    read = Page(html)
    assert {tag for tag, _ in read.elements} <= benign | {"blockquote", "ol", "li"}
    known = {"class", "dir", "scope", "id", "datetime", "lang", "charset", "http-equiv"}
    known |= {"content", "name"}
    assert {name for _, attributes in read.elements for name in attributes} <= known
    assert HOSTILE[0] in "".join(read.text)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                *("an admin of the group.", "any more.", "only admins write", "everybody writes"),
                "Mentions Anna Łęcka, everybody",
                "Forwarded. Written 2 November 2026, 10:00 UTC",
                "Forwarded. Written by Anna Łęcka, 2 November 2026, 10:00 UTC",
                "forwarded from record 77 of Credit <committee> by Piotr Zych",
                "where it had been forwarded; written by Ewa Lis",
            ),
        ),
        (
            "pl",
            (
                *("Nadanie roli", "Odebranie roli", "tylko administratorzy", "piszą tu wszyscy"),
                "Wzmianki: Anna Łęcka, wszyscy",
                "Przekazana dalej. Autor: Anna Łęcka",
                "przekazano z zapisu 77 rozmowy Credit <committee>",
            ),
        ),
    ],
)
def test_what_is_decided_about_a_group_is_said_in_sentences(
    language: Language, sentences: tuple[str, ...]
) -> None:
    read = Page(page(group_story(), language))
    text = "".join(read.text)
    for said in (
        *sentences,
        "All about <mortgages>",
        "cd" * 32,
        words_in(language).text("month.12") + " 2026, 10:00 UTC",
        "ee" * 16,
    ):
        assert said in text, said
    pictures = [attributes for tag, attributes in read.elements if tag == "img"]
    assert pictures == [{"alt": "", "src": "data:image/webp;base64,UklGRg=="}]


@pytest.mark.parametrize("hostile", [*HOSTILE, "https://elsewhere.example/x.webp"])
def test_what_is_no_picture_is_shown_as_text(hostile: str) -> None:
    read = Page(page(group_story(hostile, hostile)))
    assert "img" not in {tag for tag, _ in read.elements}
    assert "script" not in {tag for tag, _ in read.elements}


def test_kinds_and_roles_are_in_the_page_s_language_and_unknown_ones_as_they_are() -> None:
    story = Story()
    story.say("Hello", actor={**ANNA, "role": "trustee"})
    cells = Page(page(story, "pl")).text
    assert {"grupa", "pracownik", "trustee"} <= set(cells)


def test_nothing_runs_and_nothing_is_fetched() -> None:
    html = page(whole_story())
    assert not re.search(r"<script|<link|<img|<iframe|src=|href=|url\(|@import|javascript:", html)
    assert "default-src &#x27;none&#x27;" in html


def test_a_reader_finds_headings_captions_and_headers() -> None:
    elements = Page(page(whole_story())).elements
    tags = [tag for tag, _ in elements]
    assert tags.count("h1") == tags.count("main") == 1
    assert tags.count("table") == tags.count("caption")
    headers = [attributes for tag, attributes in elements if tag == "th"]
    assert headers
    assert all(attributes.get("scope") in ("row", "col") for attributes in headers)
    assert all(a.get("dir") == "auto" for tag, a in elements if tag == "bdi")


def test_control_characters_are_made_visible() -> None:
    html = element("p", "bell\x07 \u202eback \x85 tab\tline\n").html
    mark = '<span class="u" dir="ltr">⟨U+202E⟩</span>'
    assert html == f"<p>bell␇ {mark}back ⟨U+0085⟩ tab\tline\n</p>"


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: f"U+{ord(turn):04X}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_turns_the_order_of_writing_is_a_mark_wherever_it_stands(
    turn: str, language: Language
) -> None:
    story = Story({**GROUP, "title": f"Mort{turn}gage"})
    file = {"name": f"invoice{turn}fdp.exe", "size": 1, "type": "text/plain", "sha256": "0" * 64}
    story.say(f"pay {turn}100", actor={**ANNA, "name": f"Anna{turn}"}, files=[file])
    story.add("unheard.of", {f"what{turn}": f"ever{turn}"})
    cover = Cover("log", case=f"case{turn}")
    html = page(story, language, cover)
    mark = f"⟨U+{ord(turn):04X}⟩"
    assert turn not in html
    assert html.count(mark) >= 5
    read = Page(html)
    marks = [attributes for tag, attributes in read.elements if attributes.get("class") == "u"]
    assert marks == [{"class": "u", "dir": "ltr"}] * html.count(mark)
    assert "U+202E" in html.rpartition("<footer>")[2]
    assert turn not in element("p", lang=f"x{turn}").html


def test_who_writes_a_mark_makes_none() -> None:
    assert '<span class="u"' not in element("p", "⟨U+202E⟩").html


def test_the_same_records_give_the_same_bytes() -> None:
    assert page(whole_story()) == page(whole_story())


def test_a_transcript_of_nothing_is_a_page_too() -> None:
    assert Page(page(Story())).elements


def test_each_type_has_words() -> None:
    declared = {*PAYLOADS.values(), BroadcastSent}
    assert declared <= transcript_rows._WORDS.keys()


def test_control_a_type_without_words_is_noticed() -> None:
    assert Payload not in transcript_rows._WORDS
