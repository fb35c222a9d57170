/** The complaints of one conversation: what there is, and the one that is being made. */
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

/** Characters of the person's own words, and of a note. */
export const MOST_WORDS = 2_000;

export interface ComplaintView {
  readonly id: string;
  readonly reference: string;
  readonly category: string;
  /** What it is about, in the words that it was chosen by. */
  readonly about: string;
  readonly person: PersonView;
  readonly at: string;
  readonly due: string;
  readonly state: "open" | "answered" | "withdrawn";
  readonly overdue: boolean;
  readonly closedAt?: string | undefined;
  readonly canAnswer: boolean;
  readonly canWithdraw: boolean;
  /** Its end is on the way to the record. */
  readonly busy: boolean;
}

/** What it can be about, with words by language. */
export interface ComplaintCategory {
  readonly category: string;
  readonly words: Readonly<Partial<Record<string, string>>>;
}

/** What a complaint is about in the reader's language; a category of before, as it was chosen. */
export function categoryIn(
  language: string,
  { category, about }: { readonly category: string; readonly about: string },
  categories: readonly ComplaintCategory[],
): string {
  return categories.find((one) => one.category === category)?.words[language] ?? about;
}

export interface ComplaintForm {
  /** The message; absent: the whole conversation. */
  readonly target?: string | undefined;
  /** What that message says, if anything is seen of it. */
  readonly quote?: string | undefined;
  readonly category?: string | undefined;
  readonly text: string;
  /** sending: on the way to the record, which may take until the device is online. */
  readonly step: "writing" | "sending" | "done";
  /** It cannot be made as things stand; `trouble` says why. */
  readonly held: boolean;
  /** done: what it is called, and until when it is answered. */
  readonly reference?: string | undefined;
  readonly due?: string | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface ComplaintsState {
  /** Whether something can be marked here: a client is, or was, in it. */
  readonly possible: boolean;
  /** Whether the conversation as a whole is not marked yet. */
  readonly canMarkAll: boolean;
  /** The viewer is a client. */
  readonly client: boolean;
  /** A client is still here, and sees what is said of a complaint. */
  readonly clientReads: boolean;
  /** In how many days one is answered. */
  readonly days: number;
  /** Whether those are working days. */
  readonly working: boolean;
  readonly categories: readonly ComplaintCategory[];
  /** The open ones first. */
  readonly list: readonly ComplaintView[];
  readonly form?: ComplaintForm | undefined;
}

export interface ComplaintsModel {
  readonly state: Observable<ComplaintsState>;
  /** Opens the form; what was written there before is there again. */
  begin(target?: string): void;
  choose(category: string): void;
  write(text: string): void;
  /** `language`: that of the words that were chosen. Does nothing while something is missing. */
  file(language: "en" | "pl"): void;
  /** Closes the form; what was written stays on this device. */
  close(): void;
  answer(id: string, note: string): void;
  withdraw(id: string, note: string): void;
}
