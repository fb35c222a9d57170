/** Staff read counts as Polish has them: one, two to four, five and more, and again from 22 on. */
import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import pl from "../locales/pl.json";
import { speaker, type TextId } from "./text";

const say = speaker(setupI18n({ locale: "pl", messages: { pl } }), "pl");

function counted(id: TextId, values = {}): readonly string[] {
  return [1, 2, 5, 22].map((count) => say(id, { count, ...values }).replace(/[⁦-⁩]/g, ""));
}

test.each<[TextId, readonly [string, string, string, string]]>([
  ["members.count", ["1 uczestnik", "2 uczestników", "5 uczestników", "22 uczestników"]],
  ["people.count", ["1 osoba", "2 osoby", "5 osób", "22 osoby"]],
  ["forward.count", ["1 wiadomość", "2 wiadomości", "5 wiadomości", "22 wiadomości"]],
  ["group.link.for", ["1 dzień", "2 dni", "5 dni", "22 dni"]],
  ["info.edits", ["raz", "2 razy", "5 razy", "22 razy"]],
])("%s", (id, forms) => {
  expect(counted(id)).toEqual(forms);
});

test("sentences change their verb, too", () => {
  expect(counted("new.sent").map((said) => said.match(/ do (.*),/)?.[1])).toEqual([
    "1 osoby",
    "2 osób",
    "5 osób",
    "22 osób",
  ]);
  expect(counted("group.link.uses").map((said) => said.split(" ")[0])).toEqual([
    "Dołączyła",
    "Dołączyły",
    "Dołączyło",
    "Dołączyły",
  ]);
  expect(counted("lock.minutes").map((said) => said.split(" ")[2])).toEqual([
    "minucie",
    "minutach",
    "minutach",
    "minutach",
  ]);
  expect(counted("later.count", { when: "jutro" }).map((said) => said.split(",")[0])).toEqual([
    "Zaplanowano: jutro",
    "Zaplanowano 2 wiadomości",
    "Zaplanowano 5 wiadomości",
    "Zaplanowano 22 wiadomości",
  ]);
});
