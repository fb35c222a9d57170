import { readdirSync, readFileSync } from "node:fs";
import { setupI18n } from "@lingui/core";
import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import { expect, test } from "vitest";

interface Vector {
  name: string;
  message: string;
}
interface Rendered extends Vector {
  says: { language: string; values: Record<string, string | number>; text: string }[];
}
const file = new URL("../../../tests/message_vectors/messages.json", import.meta.url);
const vectors: { rendered: Rendered[]; broken: Vector[]; refused: Vector[] } = JSON.parse(
  readFileSync(file, "utf8"),
);

/** What Lingui says other than the vector does. */
function wrong({ message, says }: Omit<Rendered, "name">): string[] {
  const compiled = compileMessageOrThrow(message);
  return says
    .map(({ language, values, text }) => {
      const i18n = setupI18n({ locale: language, messages: { [language]: { said: compiled } } });
      return [i18n._("said", values), text];
    })
    .filter(([said, text]) => said !== text)
    .map(([said]) => said as string);
}

test("Lingui says what Python says, message by message", () => {
  expect(vectors.rendered.length).toBeGreaterThan(15);
  for (const vector of vectors.rendered) expect(wrong(vector), vector.name).toEqual([]);
});

test("what is no ICU message is none for Lingui either", () => {
  for (const { message, name } of vectors.broken) {
    expect(() => compileMessageOrThrow(message), name).toThrow();
  }
});

test("a planted difference is found", () => {
  const message = "{n, plural, one {#} few {# wiadomości} many {# x} other {#}}";
  const planted = { language: "pl", values: { n: 12 }, text: "12 wiadomości" };
  expect(wrong({ message, says: [planted] })).toEqual(["12 x"]);
});

const PUBLISHED = new URL(
  "../../../archive_hooks/onrecord_archive/catalogues/published/",
  import.meta.url,
);
const CATALOGUES = [
  new URL("../../../server/onrecord/core/words.json", import.meta.url),
  new URL("../words.json", PUBLISHED),
  ...readdirSync(PUBLISHED).map((name) => new URL(name, PUBLISHED)),
];
type Compiled = ReturnType<typeof compileMessageOrThrow>;

/** The values that a compiled message asks for. */
function asks(message: Compiled): string[] {
  return message.flatMap((piece) => {
    if (typeof piece === "string") return [];
    const [name, , cases] = piece;
    const each = Object.values(Object(cases));
    return [name, ...each.flatMap((one) => (Array.isArray(one) ? asks(one as Compiled) : []))];
  });
}

test("Lingui reads each message of Python's catalogues, and asks for what they declare", () => {
  expect(CATALOGUES.length).toBeGreaterThan(2);
  for (const catalogue of CATALOGUES) {
    const entries: Record<string, { en: string; pl: string; takes?: string[] }> = JSON.parse(
      readFileSync(catalogue, "utf8"),
    );
    for (const [id, { en, pl, takes = [] }] of Object.entries(entries)) {
      const asked = [en, pl].flatMap((message) => asks(compileMessageOrThrow(message)));
      expect([...new Set(asked)].sort(), id).toEqual([...takes].sort());
    }
  }
});

test("a place in a choice is among what a message asks for", () => {
  const message = "{a} {n, plural, one {{b}} other {{who, select, me {x} other {{c}}}}}";
  expect(asks(compileMessageOrThrow(message))).toEqual(["a", "n", "b", "who", "c"]);
});
