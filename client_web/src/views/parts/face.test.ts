import { expect, test } from "vitest";
import { initialsOf, toneOf } from "./face";

test("initials come from the first and the last word that begins with a letter", () => {
  const names = [
    "Anna Kowalska",
    "María José Fernández-Ortega",
    "łukasz",
    "(Bot) 7",
    "",
    "أمل حداد",
  ];
  expect(names.map(initialsOf)).toEqual(["AK", "MF", "Ł", "7", "?", "أح"]);
});

test("a letter outside the basic plane is not cut in half", () => {
  expect(initialsOf("𝒜nna")).toBe("𝒜");
});

test("an id always has the same one of seven tones, and all seven are used", () => {
  const tones = Array.from({ length: 200 }, (_, i) => toneOf(`person-${i}`));
  expect(new Set(tones)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  expect(toneOf("person-1")).toBe(tones[1]);
});
