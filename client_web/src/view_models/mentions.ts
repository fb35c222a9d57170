/** Whom a text calls: found when it is sent, named anew when it is shown. */
import type { WireMention } from "../wire/types.gen";
import type { PersonView } from "./people";
import { nameRank, ranked } from "./ranking";
import { folded } from "./words";

/** A part [start, end) of a text, in its own units, that calls somebody; without `person` everybody. */
export interface MentionView {
  readonly start: number;
  readonly end: number;
  readonly person?: PersonView | undefined;
}

/** Who can be called in a conversation. */
export interface Callable {
  readonly people: readonly PersonView[];
  /** Whether everybody can be called at once. */
  readonly everybody: boolean;
}

/** What everybody is called, in each language. */
export const EVERYBODY = ["all", "wszyscy"] as const;

/** An @ that a name may follow: at the beginning, or after what is no part of a word. */
const BEFORE = /[\p{L}\p{N}_@.]$/u;
const AFTER = /^[\p{L}\p{N}_]/u;

/** Whom a text calls, as the wire says it: the longest name that stands after an @. */
export function mentionsIn(text: string, { people, everybody }: Callable): WireMention[] {
  const names = people
    .map(({ id, name }) => ({ person: id as string | undefined, name }))
    .concat(everybody ? EVERYBODY.map((name) => ({ person: undefined, name })) : [])
    .sort((a, b) => b.name.length - a.name.length);
  const found: WireMention[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (BEFORE.test(text.slice(0, at))) continue;
    const rest = text.slice(at + 1);
    const named = names.find(
      ({ name }) => rest.startsWith(name) && !AFTER.test(rest.slice(name.length)),
    );
    if (named === undefined) continue;
    const place = { at: characters(text.slice(0, at)), length: characters(named.name) + 1 };
    found.push(named.person === undefined ? place : { ...place, person: named.person });
  }
  return found.slice(0, MOST);
}

/** As many as a message may have. */
const MOST = 50;

/** Where a text calls whom, in its own units. */
export function mentionViews(
  text: string,
  mentions: readonly WireMention[] | undefined,
  view: (person: string) => PersonView,
): readonly MentionView[] | undefined {
  if (mentions === undefined || mentions.length === 0) return undefined;
  const points = [...text];
  const unit = (at: number) => points.slice(0, at).join("").length;
  return mentions.map(({ at, length, person }) => ({
    start: unit(at),
    end: unit(at + length),
    person: person === undefined ? undefined : view(person),
  }));
}

/** What is being typed after an @ just before the caret. */
export interface Typed {
  /** Where the @ is. */
  readonly at: number;
  readonly query: string;
}

const TYPED = /(?:^|[^\p{L}\p{N}_@.])@([^@\n]{0,40})$/u;

export function typedBefore(text: string, caret: number): Typed | undefined {
  const query = TYPED.exec(text.slice(0, caret))?.[1];
  return query === undefined ? undefined : { at: caret - query.length - 1, query };
}

/** Who is meant by what was typed; undefined in the list: everybody. */
export function meant(query: string, { people, everybody }: Callable): (PersonView | undefined)[] {
  // After a whole name and a space somebody goes on writing.
  if (people.some(({ name }) => query.startsWith(`${name} `))) return [];
  const found = ranked(people, (person) => nameRank(query, person)).slice(0, SHOWN);
  const all = everybody && EVERYBODY.some((word) => word.startsWith(folded(query)));
  return all ? [...found, undefined] : found;
}

const SHOWN = 8;

function characters(text: string): number {
  return [...text].length;
}
