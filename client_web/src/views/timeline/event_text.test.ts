/** What people read about what happened, in both languages. */
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { expect, test } from "vitest";
import en from "../../locales/en.json";
import pl from "../../locales/pl.json";
import type { PersonView } from "../../view_models/people";
import type { NoticeRow } from "../../view_models/timeline";
import { formatFor, type Say, speaker } from "../text";
import { eventText, historyText } from "./event_text";

function speaking(locale: "en" | "pl"): Say {
  const i18n = setupI18n();
  i18n.setMessagesCompiler(compileMessage);
  i18n.loadAndActivate({ locale, messages: locale === "en" ? en : pl });
  return speaker(i18n, locale);
}

function text(notice: NoticeRow, locale: "en" | "pl"): string {
  return eventText(notice, speaking(locale), formatFor(locale), locale);
}

function person(name: string, more: Partial<PersonView> = {}): PersonView {
  const rest = { me: false, outside: false, org: "Bank", online: false, active: true } as const;
  return { id: name, name, kind: "employee", ...rest, ...more };
}

const julia = person("Julia Zając");
const adam = person("Adam Nowak");
const you = person("Julia Zając", { me: true });
const system = person("OnRecord", { id: "system", kind: "system" });
const ENDS = new Date("2026-12-05T23:59:59.999").toISOString();

function row(type: NoticeRow["type"], more: Partial<NoticeRow>): NoticeRow {
  return { kind: "notice", key: "n", actor: julia, at: "2026-11-24T09:00:00Z", type, ...more };
}

test.each([
  [row("member.added", { person: adam }), "Julia Zając added Adam Nowak"],
  [row("member.added", { person: adam, actor: you }), "You added Adam Nowak"],
  [row("member.added", { person: you, actor: adam }), "Adam Nowak added you"],
  [row("member.added", { person: you, actor: you, byLink: true }), "You joined by a link"],
  [row("member.removed", { person: you, actor: adam }), "Adam Nowak removed you"],
  [
    row("member.removed", { person: adam, actor: system }),
    "Adam Nowak no longer answers here and is out of the group",
  ],
  [row("member.left", {}), "Julia Zając left"],
  [row("member.left", { actor: you, ended: true }), "You ended the relationship and left"],
  [row("admin.changed", { person: you, actor: you }), "You took the role of an admin from you"],
  [row("admin.changed", { person: adam, on: true }), "Julia Zając made Adam Nowak an admin"],
  [row("group.described", { text: "Loans", on: true }), "Julia Zając described the group: “Loans”"],
  [row("notice.accepted", { actor: you }), "You accepted the recording notice"],
  [
    row("notice.accepted", { person: you, since: "2026-11-21T09:00:00" }),
    "You had accepted the recording notice earlier, on 21 November 2026 at 09:00",
  ],
  [
    row("identity.confirmed", { person: you, how: "voice" }),
    "Julia Zając confirmed that it is you, by your voice",
  ],
])("whoever did it and whom it is about read it of themselves: %#", (notice, sentence) => {
  expect(text(notice, "en")).toBe(sentence);
});

const handedOver = (more: Partial<NoticeRow> = {}) =>
  row("conversation.handed_over", { former: julia, person: adam, history: "all", ...more });

test.each([
  [handedOver(), "Julia Zając handed this conversation over to Adam Nowak"],
  [
    row("conversation.uncovered", { former: julia, actor: system }),
    "Julia Zając left. Someone will take over.",
  ],
  [handedOver({ former: undefined }), "Adam Nowak answers here from now on"],
  [handedOver({ former: undefined, person: you }), "You answer here from now on"],
  [handedOver({ former: you, actor: you }), "You handed this conversation over to Adam Nowak"],
  [
    handedOver({ person: person("Adam", { me: true }) }),
    "Julia Zając handed this conversation over to you",
  ],
  [handedOver({ actor: system }), "This conversation passed from Julia Zając to Adam Nowak"],
  [
    row("delegate.added", { person: adam, ends: ENDS }),
    "Adam Nowak stands in for Julia Zając until 5 Dec 2026",
  ],
  [
    row("delegate.added", { person: adam, ends: ENDS, actor: you }),
    "Adam Nowak stands in for you until 5 Dec 2026",
  ],
  [
    row("delegate.added", { person: adam, ends: ENDS, actor: system }),
    "Adam Nowak stands in until 5 Dec 2026",
  ],
  [
    row("delegate.added", { person: adam, starts: "2026-12-01T00:00:00", ends: ENDS }),
    "Adam Nowak will stand in for Julia Zając from 1 Dec 2026 until 5 Dec 2026",
  ],
  [row("delegate.started", { person: adam }), "Adam Nowak stands in from now on"],
  [row("delegate.ended", { person: adam }), "Adam Nowak no longer stands in"],
])("in English", (notice, sentence) => {
  expect(text(notice, "en")).toBe(sentence);
});

test("in Polish", () => {
  const added = row("delegate.added", { person: adam, ends: ENDS });
  expect(text(handedOver(), "pl")).toBe(
    "Julia Zając przekazuje tę rozmowę. Przejmuje ją: Adam Nowak",
  );
  expect(text(added, "pl")).toBe("Adam Nowak zastępuje osobę: Julia Zając, do: 5 gru 2026");
});

test("in Polish whoever answered before is spoken of as before", () => {
  const passed = (person: PersonView) => text(handedOver({ actor: system, person }), "pl");
  expect([passed(adam), passed(person("Adam Nowak", { me: true }))]).toEqual([
    "Tę rozmowę przejmuje: Adam Nowak. Dotąd prowadziła ją osoba: Julia Zając",
    "Przejmujesz tę rozmowę. Dotąd prowadziła ją osoba: Julia Zając",
  ]);
});

test("what somebody gets to read is said of them by name, and nothing where it was not asked", () => {
  const since = new Date("2026-11-01T00:00:00").toISOString();
  const told = (notice: NoticeRow, locale: "en" | "pl" = "en") =>
    historyText(notice, speaking(locale), formatFor(locale));
  const joined = row("member.added", { person: adam, since });
  const mine = handedOver({ person: person("Adam Nowak", { me: true }), history: "new" });
  expect(
    [handedOver(), handedOver({ history: "since", since }), joined, mine].map((one) => told(one)),
  ).toEqual([
    "Adam Nowak can read the whole conversation",
    "Adam Nowak can read what was written since 1 Nov 2026",
    "Adam Nowak can read what was written since 1 Nov 2026",
    "You can read new messages and what waits for an answer",
  ]);
  expect(
    [handedOver({ former: julia, actor: system }), joined, mine].map((one) => told(one, "pl")),
  ).toEqual([
    "Adam Nowak widzi całą rozmowę",
    "Adam Nowak widzi wiadomości od: 1 lis 2026",
    "Widzisz nowe wiadomości i te, które czekają na odpowiedź",
  ]);
  expect(told(row("delegate.ended", { person: adam }))).toBeUndefined();
  expect(told(row("member.added", { person: adam }))).toBeUndefined();
});
