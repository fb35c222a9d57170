/** An advisor's invites: whom they asked in, and a link to give. */
import type { Cancel } from "../session/ports";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export type InviteWay = "mail" | "sms" | "screen";

export interface InviteView {
  readonly id: string;
  readonly name: string;
  readonly org?: string | undefined;
  readonly address: string;
  readonly locale: "en" | "pl";
  readonly way: InviteWay;
  /** left: it was accepted, and the client has ended the relationship since. Invited anew, they are another client. */
  readonly state: "open" | "accepted" | "left" | "expired" | "revoked" | "superseded";
  readonly createdAt: string;
  readonly expiresAt: string;
  /** A letter with its link was to go out, and none did, or nobody knows. */
  readonly undelivered: boolean;
  /** The client it became, for as long as one answers for them. */
  readonly person?: string | undefined;
  /** It is being renewed or revoked. */
  readonly busy: boolean;
}

export interface InviteFields {
  readonly name: string;
  readonly org: string;
  /** A mail address, or a phone number with its country's code. */
  readonly address: string;
  readonly locale: "en" | "pl";
  readonly way: InviteWay;
}

export interface InviteForm extends InviteFields {
  /** What the address looks like so far; a letter goes there and nowhere else. */
  readonly reach?: "mail" | "sms" | undefined;
  readonly busy: boolean;
  /** How often it was refused: each time the focus goes to what is wrong. */
  readonly refusals: number;
  /** What is wrong with a field: `missing`, or a code of the server. */
  readonly nameTrouble?: Trouble | undefined;
  readonly addressTrouble?: Trouble | undefined;
  readonly trouble?: Trouble | undefined;
  /** The open invite that the address has already. */
  readonly standing?: Standing | undefined;
}

/** An open invite of an address: one's own, and until when; undefined: a colleague's. */
export interface Standing {
  readonly own: { readonly id: string; readonly expiresAt: string } | undefined;
}

/** A link that was just made; it is known this once. */
export interface InviteLink {
  readonly invite: InviteView;
  readonly link: string;
  /** The firm's names for which the client's could be taken. */
  readonly firmAlike?: readonly string[] | undefined;
}

export interface InvitesState {
  readonly page: "list" | "form" | "link";
  readonly loading: boolean;
  readonly invites: readonly InviteView[];
  readonly trouble?: Trouble | undefined;
  readonly form: InviteForm;
  readonly link?: InviteLink | undefined;
}

export interface InvitesModel {
  readonly state: Observable<InvitesState>;
  /** Loads the list, again whenever somebody may have accepted, until cancelled. */
  watch(): Cancel;
  refresh(): void;
  /** Opens an empty form. */
  begin(): void;
  change(fields: Partial<InviteFields>): void;
  /** `besides`: even if the address has an open invite. */
  submit(besides?: boolean): Promise<void>;
  /** To the list. */
  back(): void;
  /** Makes a new link and shows it; the old one opens nothing more. */
  renew(id: string): Promise<void>;
  revoke(id: string): Promise<void>;
  /** Takes back the open invite of the form's address, then makes the new one. */
  replace(id: string): Promise<void>;
}
