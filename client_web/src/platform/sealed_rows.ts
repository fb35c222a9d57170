/** Rows as they lie in IndexedDB: JSON under AES-256-GCM, bound to their place by the table and key. */

export interface SealedRow {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

/** A key that can be used and kept in IndexedDB, but whose bytes nobody can read. */
export function newRowKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export function seal(key: CryptoKey, place: string, value: unknown): Promise<SealedRow> {
  return sealBytes(key, place, new TextEncoder().encode(JSON.stringify(value)));
}

export async function sealBytes(
  key: CryptoKey,
  place: string,
  plain: BufferSource,
): Promise<SealedRow> {
  // 96 random bits: far below the 2^32 rows after which two might share them (NIST SP 800-38D 8.3).
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(parameters(iv, place), key, plain);
  return { iv, data };
}

/** The value; undefined: the row is of another key or place, or was changed. */
export async function open(key: CryptoKey, place: string, row: SealedRow): Promise<unknown> {
  const plain = await openBytes(key, place, row);
  return plain && JSON.parse(new TextDecoder().decode(plain));
}

/** The bytes; undefined like `open`. */
export async function openBytes(
  key: CryptoKey,
  place: string,
  row: SealedRow,
): Promise<ArrayBuffer | undefined> {
  try {
    return await crypto.subtle.decrypt(parameters(row.iv, place), key, row.data);
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") return undefined;
    throw error;
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, place: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
}
