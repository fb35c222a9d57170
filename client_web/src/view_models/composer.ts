/** Where one writes: a new message, a reply, or the new text of an old one. */
import type { Content } from "../session/ports";
import type { WireVoice } from "../wire/types.gen";
import type { CallingModel, CallingState } from "./calling";
import type { FileKind } from "./files";
import type { Nudge } from "./nudge";
import type { Observable } from "./observable";
import type { QuoteView } from "./timeline";
import type { VoiceNoteModel } from "./voice";

/** A file that goes with the message that is being written. */
export interface TrayFile {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly kind: FileKind;
  readonly content: Content;
  /** It is a voice note. */
  readonly voice?: WireVoice | undefined;
  /** It cannot be sent: `too_large`, `empty`. */
  readonly trouble?: "too_large" | "empty" | undefined;
}

export interface ComposerState {
  readonly text: string;
  readonly files: readonly TrayFile[];
  /** Files cannot be added here: another text is being edited, or as many as fit are there. */
  readonly full: boolean;
  /** How many files were left out, for no more fit. */
  readonly leftOut: number;
  /** The first files to go to a client here wait for a word: to whom they go. */
  readonly crossing?: string | undefined;
  /** The server sent files or a forward back, for these people would get it: asked anew. */
  readonly sentBack?: { readonly name: string } | undefined;
  readonly mode: "new" | "reply" | "edit";
  /** reply: what is answered; without a text it was removed, and nothing is answered. */
  readonly quote?: QuoteView | undefined;
  /** edit: which message. */
  readonly editing?: string | undefined;
  /** The text was the edit of a message that was removed meanwhile. */
  readonly orphaned?: boolean | undefined;
  /** Why nothing can be written here at all. */
  readonly closed?: "left" | "client_left" | "account_ended" | "admins_only" | undefined;
  /** Recording is unavailable: the text is kept, and sending is held back. */
  readonly heldBack: boolean;
  /** Present once the text is over the limit: how many characters too long. */
  readonly over?: number | undefined;
  /** Present near the limit: about how many characters still fit. */
  readonly left?: number | undefined;
  readonly canSend: boolean;
  /** Nothing is written, so a voice note can be recorded in place of it. */
  readonly canRecord: boolean;
  /** What is written can be sent later: a text without files, of the firm's people. */
  readonly canPlan?: boolean | undefined;
  /** Who from outside the firm reads this, for the composer's amber edge. */
  readonly outsideName?: string | undefined;
  /** The text suggests going on where nothing is recorded. It can be sent all the same. */
  readonly nudge?: Nudge | undefined;
  /** Orders are not taken here: the firm's words by language; undefined: nothing is said. */
  readonly ordersBanner?: Readonly<Partial<Record<string, string>>> | undefined;
  /** The text reads like an order and was not sent yet: the person edits it, or sends it anyway. */
  readonly stopped?: boolean | undefined;
  /** The key of the newest message that can be taken back still. */
  readonly held?: string | undefined;
  /** Changes when the view should put the caret at the end of `text` and focus it. */
  readonly focusSerial: number;
  /** Sent later, its files would go to this client for the first time. */
  readonly crossesLater?: string | undefined;
  /** Names are offered: an @ is being typed. */
  readonly calling?: CallingState | undefined;
  /** The text calls everybody: how many that are. */
  readonly callsAll?: number | undefined;
}

export interface ComposerModel {
  readonly calling: CallingModel;
  readonly state: Observable<ComposerState>;
  setText(text: string): void;
  /** Sends or saves; the composer is empty afterwards. Does nothing unless `canSend`. */
  send(): void;
  /** Does nothing while a text is edited. */
  addFiles(files: readonly Content[]): void;
  dropFile(key: string): void;
  /** Records a voice note from now on. Rejects if its code cannot be fetched. */
  record(): Promise<VoiceNoteModel>;
  /** What a picture measures, in pixels, once that is known. */
  measured(key: string, width: number, height: number): void;
  /** Yes, these files go to the client; it is not asked here again. */
  agree(): void;
  /** Takes a message back that is not sent yet: text, reply and files are here again. */
  takeBack(key: string): void;
  /** The newest of them. */
  takeBackLast(): void;
  reply(eventId: string): void;
  edit(eventId: string): void;
  /** Edits the newest own message that can be (Arrow Up in an empty composer). */
  editLast(): void;
  /** Leaves reply or edit; the draft and the reply from before an edit come back. */
  cancel(): void;
  /** Deletes the edit, or else the draft with its files; a toast offers the way back. */
  discard(): void;
  /** Sends what was stopped. */
  sendAnyway(): void;
  /** Goes back to what was stopped. */
  goOnWriting(): void;
  /** Says nothing more about the text that is being written. */
  dismissNudge(): void;
}
