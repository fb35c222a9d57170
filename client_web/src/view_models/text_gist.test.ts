import fc from "fast-check";
import { expect, test } from "vitest";
import { scene } from "../../tests/fakes/scene";
import { type Block, formatted, type Run } from "./formatting";
import { textGist } from "./text_gist";

test.each([
  ["*now* and _then_, `a*b*c`", "now and then, a*b*c"],
  ["*_both_ of* them", "both of them"],
  ["2*3*4 snake_case_name ** * _", "2*3*4 snake_case_name ** * _"],
  ["see https://bank.example/_a_/*b* *now*", "see https://bank.example/_a_/*b* now"],
  ["```\nselect *a*\n``` _so_", "```\nselect *a*\n``` _so_".replaceAll(/[*_]/g, "")],
  ["```\nselect *a*\n```\n_so_", "select *a*\nso"],
  ["\u2069\u202e*evil*", "evil"],
  ["plain", "plain"],
])("no signs in %j", (text, expected) => {
  expect(textGist(text)).toBe(expected);
});

test("it is the beginning of a long text", () => {
  expect(textGist("*a".repeat(10_000))).toHaveLength(300);
});

test("what the log draws as formatted stands without its signs", () => {
  const parts = ["*", "_", "`", " ", "a", "b", "1", ".", "\n", "ż"];
  const texts = fc.string({ unit: fc.constantFrom(...parts), maxLength: 24 });
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(!text.includes("```"));
      expect(textGist(text)).toBe(drawn(text));
    }),
    { numRuns: 5_000 },
  );
});

test("a message with formatting stands without its signs in the list and where it is quoted", async () => {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  const last = () => page.messages.at(-1);
  const preview = () => page.chat.list.state.get().items[0]?.preview;
  page.write("*now* or `a*b`");
  await world.pass(0);
  expect(preview()).toMatchObject({ text: "now or a*b" });
  await world.pass(100);
  expect(preview()).toMatchObject({ text: "now or a*b" });
  const { composer } = page.conversation;
  composer.reply(last()?.eventId ?? "");
  expect(composer.state.get().quote?.text).toBe("now or a*b");
  page.write("_then_");
  await world.pass(100);
  expect(last()).toMatchObject({ text: "_then_", quote: { text: "now or a*b" } });
});

/** What is drawn of a text; lists keep their signs. */
function drawn(text: string): string {
  let shown = "";
  let done = 0;
  const to = (at: number) => {
    shown += text.slice(done, Math.max(done, at));
    done = Math.max(done, at);
  };
  const run = (each: Run) => {
    if (each.kind === "text") return;
    to(each.at[0] - 1);
    done += 1;
    if (each.kind !== "code") each.runs.forEach(run);
    to(each.at[1]);
    done += 1;
  };
  const block = (each: Block) => {
    if (each.kind === "lines") each.runs.forEach(run);
    if (each.kind === "list") for (const { runs } of each.items) runs.forEach(run);
  };
  formatted(text, []).forEach(block);
  to(text.length);
  return shown;
}
