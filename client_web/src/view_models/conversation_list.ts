/** The list of conversations, with its search. */
import type { AnsweringView } from "./answering";
import type { FilesGist } from "./files";
import type { MarksView } from "./marker";
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export type PreviewView =
  | {
      readonly kind: "message";
      readonly author: PersonView;
      readonly text: string;
      readonly files?: FilesGist | undefined;
    }
  | { readonly kind: "removed"; readonly author: PersonView }
  | { readonly kind: "notice"; readonly type: string; readonly author: PersonView };

/** clock = sending or pending, recorded = on the record. */
export type Tick = "clock" | "recorded" | "delivered" | "read" | "failed";

/** Whether a colleague is in now; otherwise what their clock shows. */
export interface TheirHours {
  readonly there: boolean;
  readonly zone?: string | undefined;
}

export interface ConversationItem extends Partial<MarksView> {
  readonly id: string;
  readonly kind: "direct" | "group";
  /** The group's title, the other person's name, or the members' names. */
  readonly name: string;
  /** The address of a group's picture. */
  readonly picture?: string | undefined;
  /** The members other than oneself. */
  readonly others: readonly PersonView[];
  /** Somebody from outside the firm is in it. */
  readonly outside: boolean;
  /** Who they are: their firm, or their own name where the firm is not known. */
  readonly outsideName?: string | undefined;
  readonly unread: number;
  /** A message that is not read yet calls oneself. */
  readonly mentioned?: boolean | undefined;
  /** Only admins write here, and oneself is none. */
  readonly readOnly?: boolean | undefined;
  /** Oneself is no longer a member. */
  readonly left: boolean;
  /** The client of a direct conversation has ended the relationship. */
  readonly ended?: boolean | undefined;
  /** To a client: who left, where nobody of the firm answers any more. */
  readonly uncovered?: string | undefined;
  /** RFC 3339; of the newest row. */
  readonly at?: string | undefined;
  readonly preview?: PreviewView | undefined;
  /** Of the newest row, when it is an own message. */
  readonly tick?: Tick | undefined;
  readonly typing: readonly PersonView[];
  /** To the firm's people: the client waits for an answer. */
  readonly waiting?: WaitingView | undefined;
  /** To a client: when somebody is there to answer; undefined: always, as far as is known. */
  readonly answering?: AnsweringView | undefined;
  /** What is sent later: how many, when the next one is, and how many could not be sent. */
  readonly scheduled?: ScheduledGist | undefined;
  /** What was begun and not sent, where it can be sent. */
  readonly draft?: string | undefined;
}

export interface ScheduledGist {
  readonly count: number;
  readonly next: string;
  readonly refused: number;
}

/** `since` is RFC 3339. `late`: for so long that those who answer were told. */
export interface WaitingView {
  readonly since: string;
  readonly late: boolean;
}

/** A found message. */
export interface HitView {
  readonly eventId: string;
  readonly conversation: string;
  readonly conversationName: string;
  readonly outside: boolean;
  readonly author: PersonView;
  readonly at: string;
  readonly text: string;
  readonly files?: FilesGist | undefined;
  /** [start, end) of the found words in `text`. */
  readonly marks: readonly (readonly [number, number])[];
}

/** What a name finds; `person`: to whom one has not written yet. */
export type Named =
  | { readonly kind: "conversation"; readonly item: ConversationItem }
  | { readonly kind: "person"; readonly person: PersonView };

export interface ConversationListState {
  /** first: nothing is known yet, not even from the cache. */
  readonly loading: "first" | "none";
  readonly query: string;
  /** Pinned ones first, then the newest; with a query the best first (view_models/ranking.ts). */
  readonly items: readonly ConversationItem[];
  /** With a query: people with whom there is no direct conversation yet. */
  readonly people: readonly PersonView[];
  /** With a query: the best of `items` and `people`, which Enter opens. */
  readonly best?: Named | undefined;
  readonly hits: readonly HitView[];
  readonly searching: boolean;
  /** The search stopped before it had read everything. */
  readonly cut?: boolean;
  /** The search of messages could not be made. */
  readonly trouble?: Trouble | undefined;
  /** Conversations with something to look at that their levels let through. */
  readonly unread: number;
  /** What was put aside is shown, and nothing else. */
  readonly aside: boolean;
  /** How many conversations are put aside, and how many of them have something to look at. */
  readonly archived: { readonly count: number; readonly unread: number };
}

export interface ConversationListModel {
  readonly state: Observable<ConversationListState>;
  /** Filters at once; asks the server for messages when the person pauses. "" ends the search. */
  search(query: string): void;
  /** Shows what was put aside, or everything else again. */
  showAside(aside: boolean): void;
}
