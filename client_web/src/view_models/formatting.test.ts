import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, formatted, type Run, type Span } from "./formatting";

/** As brackets: <b>, <i>, <c>; blocks by their name. */
function shown(text: string, whole: readonly Span[] = []): string {
  const cut = ([from, to]: Span) => text.slice(from, to);
  const run = (each: Run): string => {
    if (each.kind === "text") return cut(each.at);
    if (each.kind === "code") return `<c>${cut(each.at)}</c>`;
    const tag = each.kind === "strong" ? "b" : "i";
    return `<${tag}>${each.runs.map(run).join("")}</${tag}>`;
  };
  const block = (each: Block): string => {
    if (each.kind === "code") return `[code ${cut(each.at)}]`;
    if (each.kind === "lines") return each.runs.map(run).join("");
    const items = each.items.map(
      ({ number, runs }) => `${number ?? "-"}:${runs.map(run).join("")}`,
    );
    return `[${items.join("|")}]`;
  };
  return formatted(text, whole).map(block).join("⏎");
}

test.each([
  ["*now* and _then_, `a*b*c`", "<b>now</b> and <i>then</i>, <c>a*b*c</c>"],
  ["(*Zażółć* 👍🏽)", "(<b>Zażółć</b> 👍🏽)"],
  ["*_both_ of* them", "<b><i>both</i> of</b> them"],
  ["*a* *b*", "<b>a</b> <b>b</b>"],
  ["2*3*4 snake_case_name * a * _ b _ ** __ *", "2*3*4 snake_case_name * a * _ b _ ** __ *"],
  ["*two\nlines* `c\nd`", "*two\nlines* `c\nd`"],
  ["*open and ` alone", "*open and ` alone"],
])("pairs of signs around words: %j", (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test.each([
  ["- one\n- *two*\nthen", "[-:one|-:<b>two</b>]⏎then"],
  ["To do:\n1. sign\n3) send\n- rest", "To do:⏎[1:sign|3:send]⏎[-:rest]"],
  ["-none\n2026. a year\n- ", "-none\n2026. a year\n- "],
  ["see\n```\nlet *a* = 1;\n```\nend", "see⏎[code let *a* = 1;]⏎end"],
  ["```one line```", "[code one line]"],
  ["```not closed\n- a", "```not closed⏎[-:a]"],
  ["``` ```", "``` ```"],
  ["", ""],
])("lists and blocks are lines: %j", (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test("what is whole is not divided, and stands in what surrounds it", () => {
  const address = "https://a.example/_b_*c*";
  expect(shown(address, [[0, address.length]])).toBe(address);
  const text = "*@Jan_Kot_ here* `@Jan`";
  expect(
    shown(text, [
      [1, 10],
      [18, 22],
    ]),
  ).toBe("<b>@Jan_Kot_ here</b> `@Jan`");
});

test("of any text only signs are left out, and its places ascend", () => {
  const letters = fc.constantFrom("*", "_", "`", "```", "\n", " ", "- ", "1. ", "a", "ż", "👍");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      let at = 0;
      const leaves = (runs: readonly Run[]): Span[] =>
        runs.flatMap((run) => ("runs" in run ? leaves(run.runs) : [run.at]));
      const spans = formatted(text, []).flatMap((block) => {
        if (block.kind === "code") return [block.at];
        return block.kind === "list"
          ? block.items.flatMap(({ runs }) => leaves(runs))
          : leaves(block.runs);
      });
      for (const [from, to] of spans) {
        expect(text.slice(at, from)).toMatch(/^[*_`\s\-•\d.)]*$/);
        expect(from).toBeGreaterThanOrEqual(at);
        at = to;
      }
      expect(text.slice(at)).toMatch(/^[*_`\s]*$/);
    }),
  );
});

test("a long line of lone signs costs no time", () => {
  const started = performance.now();
  formatted("*a ".repeat(5_000), []);
  formatted("`a ".repeat(5_000), []);
  formatted("```a\n".repeat(3_000), []);
  expect(performance.now() - started).toBeLessThan(1_000);
});
