/** Web addresses in a text, without what ends the sentence around them. */

const ADDRESS = /https?:\/\/[^\s<>"]+/giu;
const TAIL = /[.,;:!?'")\]}…]+$/u;

export interface Address {
  /** Where it begins, in UTF-16 units. */
  readonly at: number;
  readonly address: string;
}

export function addressesIn(text: string): readonly Address[] {
  return [...text.matchAll(ADDRESS)]
    .map((match) => ({ at: match.index, address: match[0].replace(TAIL, "") }))
    .filter(({ address }) => isAddress(address));
}

/** With a host: `https://` alone is none. */
function isAddress(address: string): boolean {
  return /^https?:\/\/[^/?#\s:@]/iu.test(address);
}
