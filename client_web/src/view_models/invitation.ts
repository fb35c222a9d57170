/** What somebody sees who opens an advisor's link: who invites them, the notice, then a code. */
import type { CodeSent } from "../wire/types.gen";
import type { CodeEntryModel } from "./code_entry";
import type { NoticeView } from "./notice";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface InvitationView {
  /** Whom it invites. */
  readonly advisor: string;
  readonly advisorId: string;
  readonly advisorTitle?: string | undefined;
  /** WebP in base64: who has no session can fetch none. */
  readonly advisorPicture?: string | undefined;
  readonly firmPicture?: string | undefined;
  readonly firm: string;
  /** Where the code goes, masked, and how. */
  readonly address: string;
  readonly way: "mail" | "sms";
  readonly notice: NoticeView;
}

/**
 * loading --shown--> notice --accepted, code sent--> code --right--> the chat
 * code --the notice changed meanwhile--> notice, with the new text
 * anything --the link opens nothing more--> closed;  loading --no answer--> failed
 */
export type InvitationState =
  | { readonly step: "loading" }
  /** It could not be asked for; trying again may help. */
  | { readonly step: "failed"; readonly trouble: Trouble }
  /** `bad_invite`: used, taken back or expired; `address_taken`: they are a client already. */
  | { readonly step: "closed"; readonly trouble: Trouble }
  | {
      readonly step: "notice";
      readonly invitation: InvitationView;
      /** The text was replaced meanwhile; a code was sent already. */
      readonly changed: boolean;
      readonly busy: boolean;
      readonly trouble?: Trouble | undefined;
    }
  | { readonly step: "code"; readonly invitation: InvitationView; readonly code: CodeEntryModel };

export interface InvitationModel {
  readonly state: Observable<InvitationState>;
  /** Asks again after `failed`. */
  retry(): Promise<void>;
  /** Accepts the notice: a code is sent, or the one that was typed is used. */
  accept(): Promise<void>;
  /** Shows the notice in another language, unless there is no answer. */
  readIn(locale: "en" | "pl"): Promise<void>;
  /** To one's messages, or to the sign-in, from a link that opens nothing. */
  goOn(): void;
}

/** A link's token, and the code that was asked for with it. */
export interface KeptInvite {
  readonly token: string;
  /** The language that was switched to. */
  readonly locale?: "en" | "pl";
  readonly code?: {
    readonly sent: CodeSent;
    /** Milliseconds since 1970, by this device. */
    readonly at: number;
    /** SHA-256 of the notice that was accepted. */
    readonly notice: string;
  };
}

/** Where the token is while the tab is open: out of the address, over a visit to the mail and back. */
export interface InviteKeeper {
  /** From the address, which loses it at once, else what this tab kept. */
  take(): KeptInvite | undefined;
  keep(invite: KeptInvite): void;
  forget(): void;
}
