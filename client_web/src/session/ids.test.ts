import { createHash, getRandomValues } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Crypto, eventIdOf, newClientId } from "./ids";

const crypto: Crypto = {
  random: (bytes) => getRandomValues(bytes),
  sha256: async (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
};

interface Vector {
  readonly actor: string;
  readonly client_id: string;
  readonly event_id: string;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL("../../../tests/wire_vectors/event_ids.json", import.meta.url), "utf8"),
);

test.each(vectors)(
  "$actor's $client_id becomes $event_id",
  async ({ actor, client_id, event_id }) => {
    expect(await eventIdOf(actor, client_id, crypto)).toBe(event_id);
  },
);

test("a client id is a UUIDv7 of its moment", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (now) => {
      const id = newClientId(now, crypto);
      expect(id).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
      expect(Number.parseInt(id.slice(0, 12), 16)).toBe(now);
    }),
  );
});
