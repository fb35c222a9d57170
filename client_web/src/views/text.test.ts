import { setupI18n } from "@lingui/core";
import { describe, expect, test } from "vitest";
import { formatFor, speaker } from "./text";

const NOW = Date.parse("2026-11-24T14:32:10Z");

function past(minutes: number): string {
  return new Date(NOW - minutes * 60_000).toISOString();
}

describe("times", () => {
  test("up to a day are said as how long ago, then as a date", () => {
    const { ago } = formatFor("en");
    const said = [0.5, 5, 180, 60 * 30, 60 * 24 * 400].map((minutes) => ago(past(minutes), NOW));
    expect(said).toEqual(["now", "5 min ago", "3 hr ago", "23 Nov", "20 Oct 2025"]);
  });

  test("from a clock that runs ahead are now, never in the future", () => {
    expect(formatFor("en").ago(past(-30), NOW)).toBe("now");
  });

  test("have Polish words in Polish", () => {
    const { ago, day } = formatFor("pl");
    expect([ago(past(5), NOW), ago(past(180), NOW)]).toEqual(["5 min temu", "3 godz. temu"]);
    expect(day(past(60 * 24), NOW)).toBe("Wczoraj");
  });

  test("name the day, with the year once it is another one", () => {
    const { day } = formatFor("en");
    const said = [0, 60 * 24, 60 * 24 * 8, 60 * 24 * 400].map((minutes) => day(past(minutes), NOW));
    expect(said).toEqual(["Today", "Yesterday", "Monday 16 November", "20 October 2025"]);
  });

  test("with microseconds are read like those without", () => {
    expect(formatFor("en").ago("2026-11-24T14:27:10.000001Z", NOW)).toBe("5 min ago");
  });
});

test("a name that runs right to left does not move the sentence around it", () => {
  const messages = { "typing.two": [["one"], " and ", ["two"], " are typing"] };
  const i18n = setupI18n({ locale: "en", messages: { en: messages as never } });
  const said = speaker(i18n, "en")("typing.two", { one: "נועה", two: "Piotr" });
  expect(said).toBe("\u2068נועה\u2069 and Piotr are typing");
});
