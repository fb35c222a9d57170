import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { offChannel } from "./off_channel";
import { orders } from "./orders";

interface Vector {
  readonly text: string;
  readonly kinds: readonly string[];
  readonly orders: readonly string[];
}

const TESTS = new URL("../../../tests/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, TESTS), "utf8");
const vectors: readonly Vector[] = JSON.parse(read("policy_vectors.json"));

/** Milliseconds of processor time that it takes to look through a text once. */
function spent(text: string): number {
  const started = process.cpuUsage();
  offChannel(text);
  orders(text);
  return process.cpuUsage(started).user / 1000;
}

describe("signs of another channel", () => {
  test("are those that the server finds, in every text", () => {
    const found = vectors.map(({ text }) => ({
      text,
      kinds: offChannel(text),
      orders: orders(text),
    }));
    expect(found).toEqual(vectors);
    expect(new Set(vectors.flatMap(({ kinds }) => kinds)).size).toBe(5);
    expect(new Set(vectors.flatMap((each) => each.orders)).size).toBe(3);
  });

  test("are looked for in every line of the labelled corpus", () => {
    const texts = new Set(vectors.map(({ text }) => text));
    const lines = readdirSync(new URL("policy_corpus/", TESTS))
      .filter((name) => name.endsWith(".tsv"))
      .flatMap((name) => read(`policy_corpus/${name}`).trimEnd().split("\n"))
      .filter((line) => !line.startsWith("#") && line.includes("\t"));
    expect(lines.length).toBeGreaterThanOrEqual(120);
    for (const line of lines) expect(texts).toContain(line.slice(line.indexOf("\t") + 1));
  });

  test.each([
    "let's do it via app to ",
    "call me on my nr 12 34 ",
    "message ",
    "+48 ",
    "napisz na w ",
    "@",
    "please ",
    "buy ",
    "proszę ",
    "zamknij, ",
    "use number 600700800 ",
    "(415) 555 ",
    ".whatsapp",
    "zróbmy to ",
    "don't want it ",
    "add me a b on ",
  ])("are looked for in the longest message within 100 ms: %s", (unit) => {
    const long = unit.repeat(16_384).slice(0, 16_384);
    // In a process without a past (tools/timed_first.js), and at its quickest.
    const took = Math.min(...[1, 2, 3].map(() => spent(long)));
    expect(took, `${took.toFixed(1)} ms of processor time`).toBeLessThan(3 * 100);
  });
});
