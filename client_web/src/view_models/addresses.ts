/** Web addresses in a text, without what ends the sentence around them. */

/** What turns the order of writing ends it: one reads what one goes to. */
const ADDRESS = /https?:\/\/[^\s<>"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
/** Signs that may stand around an address. */
const SIGNS = "*_`";
const CLOSING = /[*_`]+[.,;:!?'")\]}…]*$/u;
const TAIL = /[.,;:!?'")\]}…]+$/u;

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
      return { at: match.index, address: hugged.replace(TAIL, "") };
    })
    .filter(({ address }) => isAddress(address));
}

/** With a host: `https://` alone is none. */
function isAddress(address: string): boolean {
  return /^https?:\/\/[^/?#\s:@]/iu.test(address);
}
