/**
 * What a text's signs mean: *bold*, _italic_, `code`, ```block```, and lists of lines.
 *
 * A text is on the record with its signs, and every place in it keeps its number: who is called, links
 * and found words stand where they stood. What is no pair of signs stays as it was written.
 */

/** [from, to) of a text, in its own units. */
export type Span = readonly [number, number];

export type Run =
  | { readonly kind: "text"; readonly at: Span }
  | { readonly kind: "code"; readonly at: Span }
  | { readonly kind: "strong" | "em"; readonly at: Span; readonly runs: readonly Run[] };

export type Block =
  | { readonly kind: "lines"; readonly at: Span; readonly runs: readonly Run[] }
  | { readonly kind: "code"; readonly at: Span }
  | { readonly kind: "list"; readonly at: Span; readonly items: readonly Item[] };

export interface Item {
  /** As it was written; undefined: a bullet. */
  readonly number?: number | undefined;
  readonly at: Span;
  readonly runs: readonly Run[];
}

type Sign = "*" | "_" | "`";
const ITEM = /^(?:[-*•]|(\d{1,3})[.)]) +(?=\S)/;
const FENCE = "```";
const FENCES = /```(?=[^\S\n]*$)/gm;
const WORD = /[\p{L}\p{N}]/u;

/** `whole`: parts that no sign divides, in order: who is called, and web addresses. */
export function formatted(text: string, whole: readonly Span[]): readonly Block[] {
  const reader = new Reader(text, whole);
  const blocks: Block[] = [];
  let lines: Span | undefined;
  const flush = () => {
    if (lines !== undefined) blocks.push({ kind: "lines", at: lines, runs: reader.runs(lines) });
    lines = undefined;
  };
  for (let from = 0; from <= text.length; ) {
    const found = fenced(reader, from) ?? listed(reader, from);
    if (found === undefined) {
      const end = endOfLine(text, from);
      lines = [lines?.[0] ?? from, end];
      from = end + 1;
    } else {
      flush();
      blocks.push(found.block);
      from = found.next;
    }
  }
  flush();
  return blocks;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

interface Found {
  readonly block: Block;
  /** Where the next line begins. */
  readonly next: number;
}

/** Between two fences that each begin or end their line. */
function fenced({ text, fences }: Reader, line: number): Found | undefined {
  if (!text.startsWith(FENCE, line)) return undefined;
  const from = line + FENCE.length;
  const close = after(fences, from);
  if (close === undefined) return undefined;
  const first = text[from] === "\n" ? from + 1 : from;
  const last = text[close - 1] === "\n" ? close - 1 : close;
  if (text.slice(first, last).trim() === "") return undefined;
  return { block: { kind: "code", at: [first, last] }, next: endOfLine(text, close) + 1 };
}

/** Lines that begin with the same kind of sign: all bullets, or all numbers. */
function listed(reader: Reader, line: number): Found | undefined {
  const { text } = reader;
  const items: Item[] = [];
  let from = line;
  while (from <= text.length) {
    const end = endOfLine(text, from);
    const sign = ITEM.exec(text.slice(from, end));
    const number = sign?.[1] === undefined ? undefined : Number(sign[1]);
    const first = items[0];
    if (sign === null || (first && (first.number === undefined) !== (number === undefined))) break;
    const at = [from + sign[0].length, end] as const;
    items.push({ number, at, runs: reader.runs(at) });
    from = end + 1;
  }
  if (items.length === 0) return undefined;
  return { block: { kind: "list", at: [line, from - 1], items }, next: from };
}

/** Finds the pairs of signs within lines; each sign of a text is looked at once. */
class Reader {
  readonly text: string;
  /** Fences that end their line, ascending. */
  readonly fences: readonly number[];
  private readonly whole: readonly Span[];
  /** Where a pair may end, ascending. */
  private readonly ends: Readonly<Record<Sign, readonly number[]>>;

  constructor(text: string, whole: readonly Span[]) {
    this.text = text;
    this.whole = whole;
    this.fences = [...text.matchAll(FENCES)].map(({ index }) => index);
    this.ends = { "*": this.endsOf("*"), _: this.endsOf("_"), "`": this.endsOf("`") };
  }

  /** `inside`: a sign that is open already. */
  runs([from, to]: Span, inside?: Sign): readonly Run[] {
    const runs: Run[] = [];
    let done = from;
    let at = from;
    while (at < to) {
      const past = this.past(at);
      const run = past === undefined ? this.pair(at, to, inside) : undefined;
      if (run === undefined) {
        at = Math.min(past ?? at + 1, to);
        continue;
      }
      if (at > done) runs.push({ kind: "text", at: [done, at] });
      runs.push(run);
      at = run.at[1] + 1;
      done = at;
    }
    if (to > done) runs.push({ kind: "text", at: [done, to] });
    return runs;
  }

  /** The pair that begins there. */
  private pair(at: number, to: number, inside: Sign | undefined): Run | undefined {
    const sign = this.text[at] ?? "";
    if (!isSign(sign) || sign === inside || !this.opens(at, sign)) return undefined;
    const end = after(this.ends[sign], at + 1);
    if (end === undefined || end >= to || endOfLine(this.text, at) < end) return undefined;
    const inner: Span = [at + 1, end];
    if (sign === "`") return this.isCode(inner) ? { kind: "code", at: inner } : undefined;
    const kind = sign === "*" ? "strong" : "em";
    const runs = inside === undefined ? this.runs(inner, sign) : [leaf(inner)];
    return { kind, at: inner, runs };
  }

  /** A pair hugs its words from outside: no space within, no letter or digit beyond. */
  private opens(at: number, sign: Sign): boolean {
    const { text } = this;
    if (text[at - 1] === sign || text[at + 1] === sign) return false;
    return sign === "`" || !(touches(text[at - 1]) || isSpace(text[at + 1]));
  }

  private endsOf(sign: Sign): number[] {
    const { text } = this;
    const ends: number[] = [];
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      const alone = text[at - 1] !== sign && text[at + 1] !== sign;
      const hugs = sign === "`" || !(isSpace(text[at - 1]) || touches(text[at + 1]));
      if (alone && hugs && this.past(at) === undefined) ends.push(at);
    }
    return ends;
  }

  /** Where the whole part ends that a place is in. */
  private past(at: number): number | undefined {
    const { whole } = this;
    let [low, high] = [0, whole.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((whole[middle]?.[1] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    const found = whole[low];
    return found !== undefined && found[0] <= at ? found[1] : undefined;
  }

  /** Whom it calls would be lost in it. */
  private isCode([from, to]: Span): boolean {
    const calls = this.whole.some(([at]) => from <= at && at < to && this.text[at] === "@");
    return !calls && this.text.slice(from, to).trim() !== "";
  }
}

const leaf = (at: Span): Run => ({ kind: "text", at });

function isSign(letter: string): letter is Sign {
  return letter === "*" || letter === "_" || letter === "`";
}

/** The first that is greater. */
function after(places: readonly number[], place: number): number | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return places[low];
}

function touches(beside: string | undefined): boolean {
  return beside !== undefined && WORD.test(beside);
}

function isSpace(letter: string | undefined): boolean {
  return letter === undefined || /\s/.test(letter);
}
