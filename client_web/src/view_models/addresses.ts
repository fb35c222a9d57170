/** Web addresses in a text, without what ends the sentence around them. */

/** What turns the order of writing ends it: one reads what one goes to. */
const ADDRESS = /https?:\/\/[^\s<>"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
/** Signs that may stand around an address. */
const SIGNS = "*_`";
const CLOSING = /[*_`]+[.,;:!?'")\]}…]*$/u;
const TAIL = ".,;:!?'\")]}…";
const OPENED: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

export interface Address {
  /** Where it begins, in UTF-16 units. */
  readonly at: number;
  readonly address: string;
}

export function addressesIn(text: string): readonly Address[] {
  return [...text.matchAll(ADDRESS)]
    .map((match) => {
      const before = text[match.index - 1] ?? "";
      const hugged = SIGNS.includes(before) ? match[0].replace(CLOSING, "") : match[0];
      return { at: match.index, address: withoutTail(hugged) };
    })
    .filter(({ address }) => isAddress(address));
}

/** A bracket that was opened in the address belongs to it: `/Bond_(finance)`. */
function withoutTail(address: string): string {
  for (let end = address.length; ; end -= 1) {
    const kept = address.slice(0, end);
    const sign = kept.at(-1) ?? "";
    const open = OPENED[sign];
    const closes = open !== undefined && kept.split(open).length >= kept.split(sign).length;
    if (sign === "" || !TAIL.includes(sign) || closes) return kept;
  }
}

/** With a host: `https://` alone is none. */
function isAddress(address: string): boolean {
  return /^https?:\/\/[^/?#\s:@]/iu.test(address);
}
