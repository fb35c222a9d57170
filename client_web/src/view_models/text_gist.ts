/** A text in the list and in quotes: its beginning, without the signs that format it (formatting.ts). */

import { contained } from "./bidi";

const MOST = 300;
const SIGN = /[*_`]/;

/** A pair hugs its words from outside; the first sign that can end it does. */
const pair = (sign: string) =>
  `(?<![${sign}\\p{L}\\p{N}])[${sign}](?![${sign}\\s])([^\\n]+?)(?<![${sign}\\s])[${sign}](?![${sign}\\p{L}\\p{N}])`;
const STRONG = pair("*");
const EM = pair("_");
const CODE = "(?<!`)`(?!`|[^\\S\\n]*`(?!`))([^\\n]+?)(?<!`)`(?!`)";
/** Web addresses, and blocks of code: nothing within them is a sign. */
const WHOLE = "https?:\\/\\/\\S+|^```\\n?([^]*?\\S[^]*?)\\n?```[^\\S\\n]*$";

const OUTER = new RegExp([WHOLE, CODE, STRONG, EM].join("|"), "gmu");
const IN_STRONG = new RegExp(`${CODE}|${EM}`, "gu");
const IN_EM = new RegExp(`${CODE}|${STRONG}`, "gu");

export function textGist(text: string): string {
  const begins = contained(text.slice(0, MOST));
  if (!SIGN.test(begins)) return begins;
  return begins.replace(OUTER, (all: string, ...groups: (string | undefined)[]) => {
    const [block, code, strong, em] = groups;
    if (strong !== undefined) return strong.replace(IN_STRONG, "$1$2");
    if (em !== undefined) return em.replace(IN_EM, "$1$2");
    return block ?? code ?? all;
  });
}
