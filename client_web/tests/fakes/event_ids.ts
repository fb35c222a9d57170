/** Ids as the server computes them. */
import { createHash } from "node:crypto";

/** 16 bytes of the text's SHA-256, in hex. */
export function hashed(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

export function eventId(actor: string, clientId: string): string {
  return hashed(Buffer.concat([Buffer.from(`${actor}\0`), Buffer.from(clientId, "hex")]));
}
