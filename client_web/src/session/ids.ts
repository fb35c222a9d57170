/** Names that the client makes: command ids, and the event_id that a command will have for ever. */
import { utf8 } from "../wire/utf8";

/** Randomness and hashing, as the platform has them. */
export interface Crypto {
  /** Fills and returns the array with random bytes. */
  random(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** A UUIDv7 (RFC 9562 section 5.7) as 32 lower-case hex digits; `now` in milliseconds since 1970. */
export function newClientId(now: number, crypto: Crypto): string {
  const bytes = crypto.random(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(now / 2 ** 32));
  view.setUint32(2, now % 2 ** 32);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return hexOf(bytes);
}

/** The event_id of an actor's command: the first 16 bytes of SHA-256(actor, 0x00, client id). */
export async function eventIdOf(actor: string, clientId: string, crypto: Crypto): Promise<string> {
  const name = utf8(actor);
  const bytes = new Uint8Array(name.length + 1 + clientId.length / 2);
  bytes.set(name);
  bytes.set(bytesOf(clientId), name.length + 1);
  const digest = await crypto.sha256(bytes);
  return hexOf(digest.subarray(0, 16));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
