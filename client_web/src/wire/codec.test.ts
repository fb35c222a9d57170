import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyValue } from "../../tests/fakes/arbitrary";
import { SCHEMA, TYPES, typesOf } from "../../tools/generate_types.js";
import { BadFrame, checked, decode, encode } from "./codec";
import { mistake } from "./schema";
import type { AnyClientFrame, AnyServerFrame } from "./types.gen";
import { utf8, utf8Length } from "./utf8";

interface Vector {
  readonly name: string;
  readonly text: string;
  readonly frame?: unknown;
  readonly error?: string;
}

function vectors(name: string): readonly Vector[] {
  const file = new URL(`../../../tests/wire_vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

describe("what the server sends", () => {
  test.each(vectors("server_frames"))("$name", ({ text, frame, error }) => {
    if (error !== undefined) expect(() => decode(text)).toThrow(BadFrame);
    else expect(decode(text)).toEqual(frame);
  });

  test.each(vectors("bad_events"))("$name", ({ text }) => {
    expect(() => decode(text)).toThrow(BadFrame);
  });

  test.each(vectors("server_frames_of_a_later_version"))("$name", ({ text, frame }) => {
    expect(decode(text)).toEqual(frame);
  });

  test("whatever comes is a frame, passed over, or a BadFrame", () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.constantFrom(...mutations()));
    fc.assert(
      fc.property(text, (input) => {
        try {
          decode(input);
        } catch (error) {
          expect(error).toBeInstanceOf(BadFrame);
        }
      }),
    );
  });
});

/** What the schema cannot say; the session does not send it. */
const BEYOND_SCHEMA = new Set(["U+0000", "empty text", "send without text or files"]);

describe("what the client sends", () => {
  const good = vectors("client_frames").filter(({ error }) => error === undefined);
  test.each(good)("$name", ({ frame }) => {
    expect(mistake("AnyClientFrame", frame)).toBeUndefined();
    expect(JSON.parse(encode(frame as AnyClientFrame))).toEqual(frame);
  });

  const wrong = vectors("client_frames").filter(
    ({ name, error }) => error === "bad_frame" && !BEYOND_SCHEMA.has(name),
  );
  test.each(wrong)("$name is found before the server must", ({ text }) => {
    expect(mistake("AnyClientFrame", JSON.parse(text))).toBeDefined();
  });
});

/** Whatever the protocol allows the server to say is read as it was said. */
const read = (decoder: (text: string) => unknown) =>
  fc.property(anyValue("AnyServerFrame"), (frame) => {
    expect(decoder(JSON.stringify(frame))).toStrictEqual(frame);
  });
/** What the client says comes out as it went in, and is what the protocol allows. */
const written = (encoder: (frame: AnyClientFrame) => string) =>
  fc.property(anyValue("AnyClientFrame"), (frame) => {
    expect(JSON.parse(encoder(frame as AnyClientFrame))).toStrictEqual(frame);
    expect(mistake("AnyClientFrame", frame)).toBeUndefined();
  });

describe("any frame", () => {
  test("is read as it was said", () => fc.assert(read(decode), { numRuns: 300 }));

  test("is said as it was meant", () => fc.assert(written(encode), { numRuns: 300 }));

  const withoutEmpty = (_: string, value: unknown) => value || undefined;
  const withoutNames = (name: string, value: unknown) => (name === "title" ? undefined : value);
  test.each([
    ["drops what is empty", withoutEmpty],
    ["drops a member of some events", withoutNames],
  ])("control: a codec that %s is found", (_, drop) => {
    const reads = read((text) => decode(JSON.stringify(JSON.parse(text), drop)));
    expect(fc.check(reads, { numRuns: 300, endOnFailure: true }).failed).toBe(true);
    const writes = written((frame) => JSON.stringify(frame, drop));
    expect(fc.check(writes, { numRuns: 300, endOnFailure: true }).failed).toBe(true);
  });
});

test("a number above its greatest is found", () => {
  expect(mistake("WireVoice", { ms: 3_600_000, wave: "f" })).toBeUndefined();
  expect(mistake("WireVoice", { ms: 3_600_001, wave: "f" })).toBe("$.ms: too large");
});

test("types.gen.ts is made from schema.json", async () => {
  expect(readFileSync(TYPES, "utf8")).toBe(await typesOf(readFileSync(SCHEMA, "utf8")));
});

test("a body of the REST side is checked", () => {
  expect(checked("Ticket", { ticket: "t", expires_in: 30 })).toEqual({
    ticket: "t",
    expires_in: 30,
  });
  expect(() => checked("Ticket", { ticket: "t" })).toThrow("$.expires_in: missing");
});

/** Of any code points: the library's own first makes a table of all of them. */
const texts = fc
  .array(fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff })))
  .map((points) => String.fromCodePoint(...points));

test("UTF-8 is the platform's UTF-8", () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(texts, fc.string({ unit: "grapheme" }), (a, b) => {
      for (const text of [a, b, a.slice(1), `${a}\ud800${b}`, `\udc00${b}`]) {
        expect(utf8(text)).toEqual(encoder.encode(text));
        expect(utf8Length(text)).toBe(encoder.encode(text).length);
      }
    }),
  );
});

/** The good frames, each with one member taken away or of another type. */
function mutations(): readonly string[] {
  return vectors("server_frames")
    .filter(({ error }) => error === undefined)
    .flatMap(({ frame }) => {
      const members = frame as AnyServerFrame & Record<string, unknown>;
      return Object.keys(members).flatMap((name) => [
        JSON.stringify({ ...members, [name]: undefined }),
        JSON.stringify({ ...members, [name]: [members[name]] }),
        JSON.stringify({ ...members, [name]: null }),
      ]);
    });
}
