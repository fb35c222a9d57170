/** The recording notice, to be accepted before anything else. */
import type * as wire from "../wire/types.gen";
import type { Observable } from "./observable";
import type { OwnCopyModel } from "./own_copy";
import type { Trouble } from "./people";

export interface NoticeView {
  readonly locale: "en" | "pl";
  readonly title: string;
  readonly paragraphs: readonly string[];
}

export interface NoticeState {
  readonly notice: NoticeView;
  /** The text was replaced while it was being read. */
  readonly changed: boolean;
  /** Another text was accepted before this one. */
  readonly again: boolean;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

/** What a client may do instead of accepting: take what is theirs, and go. */
export interface NoticeWays {
  readonly copy: OwnCopyModel;
  /** Ends the relationship with the firm, and the session with it. */
  leave(): Promise<void>;
}

export interface NoticeModel {
  /** The language the person chose on the server, if any. */
  readonly locale?: string | undefined;
  readonly firm: string;
  readonly state: Observable<NoticeState>;
  /** Shows the text in a language, where there is one. */
  speak(locale: "en" | "pl"): Promise<void>;
  accept(): Promise<void>;
  signOut(): Promise<void>;
  /** Undefined: one of the firm's own people. */
  readonly ways?: NoticeWays | undefined;
}

export function noticeView({ locale, title, text }: wire.Notice): NoticeView {
  return { locale, title, paragraphs: text.split(/\n\s*\n/).filter((part) => part.trim() !== "") };
}
