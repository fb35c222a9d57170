import { expect, test } from "vitest";
import { wrapping } from "./wrapping";

/** A text with its selection in brackets, before and after. */
function wrapped(marked: string, sign: string): string {
  const start = marked.indexOf("[");
  const end = marked.indexOf("]") - 1;
  const text = marked.replace(/[[\]]/g, "");
  const { from, to, words, selected } = wrapping(text, start, end, sign);
  const after = text.slice(0, from) + words + text.slice(to);
  const [first, last] = selected;
  return `${after.slice(0, first)}[${after.slice(first, last)}]${after.slice(last)}`;
}

test.each([
  ["say [this] now", "*", "say *[this]* now"],
  ["say *[this]* now", "*", "say [this] now"],
  ["say [ this ]now", "_", "say  _[this]_ now"],
  ["say []", "*", "say *[]*"],
  ["say *[]*", "*", "say []"],
  ["[]", "_", "_[]_"],
  ["[  ]", "*", "  *[]*"],
])("%s with %s is %s", (before, sign, expected) => {
  expect(wrapped(before, sign)).toBe(expected);
});
