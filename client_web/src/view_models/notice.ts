/** The recording notice, to be accepted before anything else. */
import type { Observable } from "./observable";
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
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface NoticeModel {
  /** The language the person chose on the server, if any. */
  readonly locale?: string | undefined;
  readonly firm: string;
  readonly state: Observable<NoticeState>;
  accept(): Promise<void>;
  signOut(): Promise<void>;
}
