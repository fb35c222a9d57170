/** Every type of event has its sentences, in both languages. */
import { expect, test } from "vitest";
import consoleEnglish from "../locales/console.en.json";
import consolePolish from "../locales/console.pl.json";
import en from "../locales/en.json";
import events from "../locales/events.gen.json";
import pl from "../locales/pl.json";
import { isRow } from "../session/rows";
import schema from "../wire/schema.json";
import type * as wire from "../wire/types.gen";

const KINDS: object[] = Object.values(schema.$defs);
const TYPES = KINDS.flatMap((kind) => {
  const { properties } = kind as { properties?: { type?: { enum?: string[] } } };
  return properties?.type?.enum ?? [];
});
const NOTES = TYPES.filter((type) => type !== "message.sent");
/** What a type says, by where: rows of a conversation alone are told of in it, and in the list. */
const SAID = [
  ...NOTES.filter((type) => isRow({ type } as wire.AnyEvent)).flatMap((type) => [
    `event.${type}`,
    `preview.${type}`,
  ]),
  ...NOTES.map((type) => `console.row.${type}`),
];

function missing(...texts: object[]): string[] {
  const known = Object.assign({}, ...texts);
  return SAID.filter((id) => !(id in known));
}

/** Sentences of what has none: of no type, or of one that is no row. */
function idle(texts: object): string[] {
  const others = ["preview.other", "console.row.other", "event.reads."];
  return Object.keys(texts)
    .filter((id) => /^(event|preview|console\.row)\./.test(id) && !SAID.includes(id))
    .filter((id) => !others.some((other) => id.startsWith(other)));
}

test.each([
  ["English", en, consoleEnglish],
  ["Polish", pl, consolePolish],
])("every type of event has its sentences in %s", (_language, chat, console) => {
  expect(NOTES).toContain("out_of_office.replied");
  expect(missing(chat, console)).toEqual([]);
});

test("no sentence is of what is no event, or of one that has none", () => {
  expect(idle(events)).toEqual([]);
  expect(idle({ "event.positions": "", "preview.of.tomorrow": "" })).toHaveLength(2);
});

test("control: a sentence that is missing is found", () => {
  const { "event.member.left": _gone, ...rest } = en as Record<string, unknown>;
  expect(missing(rest, consoleEnglish)).toEqual(["event.member.left"]);
});
