/** Sending messages on: which ones, to which conversations, and across the firm's edge. */
import type { ConversationItem } from "./conversation_list";
import type { FilesGist } from "./files";
import type { Observable } from "./observable";
import type { PersonView } from "./people";

/** Conversations, and messages, that one forward may have. */
export const MOST_FORWARDED = 20;

/** A message that can go along. */
export interface ForwardMessage {
  readonly eventId: string;
  readonly author: PersonView;
  readonly at: string;
  readonly text: string;
  readonly files?: FilesGist | undefined;
  readonly chosen: boolean;
}

export interface ForwardTarget {
  readonly item: ConversationItem;
  readonly chosen: boolean;
}

/** Across the firm's edge: to which clients, and from which one. */
export interface Crossing {
  readonly to: string;
  readonly from: string;
}

export interface ForwardState {
  /** The one it began with, and those around it that can go along, as they stand. */
  readonly messages: readonly ForwardMessage[];
  readonly count: number;
  readonly query: string;
  readonly targets: readonly ForwardTarget[];
  readonly chosen: readonly ConversationItem[];
  /** Undefined: it stays among those who are on one side. */
  readonly crossing?: Crossing | undefined;
  /** Before it crosses, it is asked whether it is meant to. */
  readonly asking: boolean;
  readonly canSend: boolean;
}

export interface ForwardModel {
  readonly state: Observable<ForwardState>;
  search(query: string): void;
  /** Chooses a conversation, or takes it out. */
  toggle(conversation: string): void;
  toggleMessage(eventId: string): void;
  /** Returns whether it was sent; if not, it is asked first. */
  send(): boolean;
  /** Back from the question. */
  back(): void;
}
