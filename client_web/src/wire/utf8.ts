/** UTF-8 without the platform's TextEncoder, so that the model needs nothing but the language. */

/** How many bytes a text has as UTF-8; a lone surrogate counts as U+FFFD (3). */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isHigh(unit) && isLow(text.charCodeAt(i + 1))) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** The UTF-8 of a text; lone surrogates become U+FFFD. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const character of text) {
    const point = scalar(character.codePointAt(0) ?? 0);
    const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[at++] = (LEAD[more] ?? 0) | (point >> (6 * more));
    for (let i = more - 1; i >= 0; i -= 1) bytes[at++] = 0x80 | ((point >> (6 * i)) & 0x3f);
  }
  return bytes;
}

/** First byte's marker by how many bytes follow (RFC 3629 section 3). */
const LEAD = [0, 0xc0, 0xe0, 0xf0] as const;

function scalar(point: number): number {
  return isHigh(point) || isLow(point) ? 0xfffd : point;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** A text that the protocol takes: without U+0000, lone surrogates replaced by U+FFFD. */
export function recordable(text: string): string {
  let clean = "";
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point !== 0) clean += isHigh(point) || isLow(point) ? "\ufffd" : character;
  }
  return clean;
}
