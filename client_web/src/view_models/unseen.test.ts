import { expect, test } from "vitest";
import vectors from "../../../tests/sign_vectors.json";
import { hides, visibleParts } from "./unseen";

/** Where in code points which number stands. */
function signs(text: string): (readonly [number, string])[] {
  return visibleParts(text)
    .filter(({ sign }) => sign)
    .map(({ at, text: shown }) => [[...text.slice(0, at)].length, shown.slice(1, -1)] as const);
}

test.each(vectors)("of $text the console shows what the archive's rule finds", (vector) => {
  expect(signs(vector.text)).toEqual(vector.signs);
  expect(hides(vector.text)).toBe(vector.signs.length > 0);
});

test("as evidence, what is unseen stands there by its number, and letters where they stood", () => {
  expect(visibleParts("pay \u202e001\u{e0041}")).toEqual([
    { at: 0, text: "pay ", sign: false },
    { at: 4, text: "⟨U+202E⟩", sign: true },
    { at: 5, text: "001", sign: false },
    { at: 8, text: "⟨U+E0041⟩", sign: true },
  ]);
  expect(visibleParts("plain")).toEqual([{ at: 0, text: "plain", sign: false }]);
  expect(visibleParts("")).toEqual([]);
});

test("letters around what is unseen lose nothing", () => {
  for (const { text } of vectors) {
    const kept = visibleParts(text).map(({ at, text: shown, sign }) =>
      sign ? String.fromCodePoint(text.codePointAt(at) ?? 0) : shown,
    );
    expect(kept.join("")).toBe(text);
  }
});
