/**
 * The order of what a name finds, the lowest first: people by their own name, then groups by theirs,
 * then what else fits. Within each colleagues go before clients, and the whole name before its
 * beginning before words inside it. Where nothing is typed all are equal.
 */
import type { ConversationItem } from "./conversation_list";
import type { PersonView } from "./people";
import { positionTexts } from "./position";
import { fitOf, matches } from "./words";

const NOTHING_TYPED = 0;
const CLIENTS = 3;
const GROUPS = 6;
const OTHERWISE = 12;

interface Named {
  readonly name: string;
  readonly outside: boolean;
}

/** By their own name alone. Undefined: not found. */
export function nameRank(query: string, { name, outside }: Named): number | undefined {
  if (query.trim() === "") return NOTHING_TYPED;
  const fit = fitOf(query, name);
  return fit === undefined ? undefined : (outside ? CLIENTS : 0) + fit;
}

/** Firm and position find somebody as well, after all names. */
export function personRank(query: string, person: PersonView): number | undefined {
  const { name, outside, org } = person;
  const named = nameRank(query, person);
  if (named !== undefined) return named;
  const found = matches(query, [name, org, ...positionTexts(person)]);
  return found ? OTHERWISE + (outside ? CLIENTS : 0) : undefined;
}

/** A conversation with somebody outside is never found by the name of a colleague in it. */
export function conversationRank(query: string, item: ConversationItem): number | undefined {
  const { kind, name, outside, others } = item;
  const named = nameRank(query, item);
  if (named !== undefined) return kind === "direct" || query.trim() === "" ? named : GROUPS + named;
  const naming = others.filter((person) => !outside || person.outside);
  const found = matches(query, [name, ...naming.flatMap(namesOf)]);
  return found ? OTHERWISE + (outside ? CLIENTS : 0) : undefined;
}

/** Those that are found, the best first; equals stay in their order. */
export function ranked<T>(
  all: readonly T[],
  rankOf: (each: T) => number | undefined,
): readonly T[] {
  const found = all.map((each) => ({ each, rank: rankOf(each) }));
  return found
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ each }) => each);
}

/** Of a person outside the firm that they are from finds them as well. */
function namesOf({ name, outside, org }: PersonView): readonly string[] {
  return outside ? [name, org] : [name];
}
