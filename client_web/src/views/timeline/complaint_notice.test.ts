/** What people read about complaints, in both languages. */
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { expect, test } from "vitest";
import en from "../../locales/en.json";
import pl from "../../locales/pl.json";
import type { PersonView } from "../../view_models/people";
import type { ComplaintFacts, NoticeRow } from "../../view_models/timeline";
import { formatFor, speaker } from "../text";
import { eventText } from "./event_text";

const clara = { id: "c", name: "Clara", me: false } as PersonView;
const you = { id: "c", name: "Clara", me: true } as PersonView;
const FILED: ComplaintFacts = {
  reference: "C-7K3QX-9M2BD",
  about: "Fees",
  due: "2026-12-24T12:00:00Z",
};
const WORDS = { en: "Fees", pl: "Opłaty" };

function text(locale: "en" | "pl", actor: PersonView, complaint: ComplaintFacts): string {
  const i18n = setupI18n();
  i18n.setMessagesCompiler(compileMessage);
  i18n.loadAndActivate({ locale, messages: locale === "en" ? en : pl });
  const type = complaint.outcome === undefined ? "complaint.filed" : "complaint.closed";
  const at = "2026-11-24T09:00:00Z";
  const row: NoticeRow = { kind: "notice", key: "n", type, actor, at, complaint };
  return eventText(row, speaker(i18n, locale), formatFor(locale), locale);
}

test.each([
  ["en", clara, FILED, "Clara marked this conversation as a complaint: Fees."],
  ["en", you, { ...FILED, target: "m" }, "You marked a message as a complaint: Fees."],
  ["en", clara, { ...FILED, unseen: true }, "marked a message that you can’t see as a complaint"],
  ["pl", clara, { ...FILED, unseen: true }, "dotycząca wiadomości, której nie widzisz. Fees."],
  ["en", you, FILED, "Reference C-7K3QX-9M2BD. To be answered by 24 Dec 2026."],
  ["pl", clara, { ...FILED, words: WORDS }, "Clara: reklamacja dotycząca rozmowy. Opłaty."],
  ["en", clara, { ...FILED, about: "Opłaty", words: WORDS }, "as a complaint: Fees."],
  ["pl", clara, FILED, "Clara: reklamacja dotycząca rozmowy. Fees. Numer C-7K3QX-9M2BD."],
  ["pl", you, { ...FILED, target: "m" }, "Twoja reklamacja dotycząca wiadomości."],
  ["pl", you, FILED, "Termin odpowiedzi: 24 gru 2026."],
  [
    "en",
    clara,
    { ...FILED, outcome: "answered" },
    "Clara noted that complaint C-7K3QX-9M2BD was answered.",
  ],
  ["en", you, { ...FILED, outcome: "withdrawn" }, "You took complaint C-7K3QX-9M2BD back."],
  [
    "pl",
    you,
    { ...FILED, outcome: "answered" },
    "Odnotowujesz odpowiedź na reklamację C-7K3QX-9M2BD.",
  ],
  ["pl", clara, { ...FILED, outcome: "withdrawn" }, "Clara wycofuje reklamację C-7K3QX-9M2BD."],
] as const)("%s: %#", (locale, actor, complaint, expected) => {
  expect(text(locale, actor, complaint)).toContain(expected);
});
