/** The whole chat, from the first screen on: what `chat.tsx` is given. */
import type { ClientCheckModel } from "./client_check";
import type { ComplaintsModel } from "./complaints";
import type { ComposerModel } from "./composer";
import type { ConversationItem, ConversationListModel } from "./conversation_list";
import type { DevicesModel } from "./devices";
import type { OwnHoursModel } from "./hours";
import type { InvitationModel } from "./invitation";
import type { InvitesModel } from "./invites";
import type { MembersModel } from "./members";
import type { MessageInfoModel } from "./message_info";
import type { NewConversationModel } from "./new_conversation";
import type { NoticeModel } from "./notice";
import type { Observable } from "./observable";
import type { OwnCopyModel } from "./own_copy";
import type { PasskeysModel } from "./passkeys";
import type { PersonView } from "./people";
import type { OwnPictureModel } from "./pictures";
import type { SignInModel } from "./sign_in";
import type { StatusModel } from "./status";
import type { TimelineModel } from "./timeline";
import type { ToastsModel } from "./toasts";
import type { VerifyModel } from "./verify";

/** starting: whether somebody is signed in is not known yet (show nothing for 300 ms). */
export type Screen =
  | { readonly kind: "starting" }
  | { readonly kind: "sign_in"; readonly model: SignInModel }
  | { readonly kind: "invitation"; readonly model: InvitationModel }
  | { readonly kind: "notice"; readonly model: NoticeModel }
  | { readonly kind: "verify"; readonly model: VerifyModel }
  | { readonly kind: "chat"; readonly model: ChatModel };

export interface ChatApp {
  readonly screen: Observable<Screen>;
}

export interface ChatModel {
  readonly me: Observable<PersonView>;
  /** The firm's name. */
  readonly firm: string;
  /** The language the person chose on the server, if any. */
  readonly locale?: string | undefined;
  readonly status: StatusModel;
  readonly toasts: ToastsModel;
  readonly list: ConversationListModel;
  /** The open conversation; undefined: none (a phone shows the list). */
  readonly conversation: Observable<ConversationModel | undefined>;
  /** Opens a conversation, at a message if one is named. */
  open(conversation: string, eventId?: string): void;
  /** Opens what was open before the page was loaded anew, if it is still there and nothing else is open. */
  reopen(conversation: string): void;
  /** Opens the direct conversation with a person, made if there is none. */
  openDirect(person: string): void;
  close(): void;
  newConversation(): NewConversationModel;
  devices(): DevicesModel;
  picture(): OwnPictureModel;
  /** Undefined: this person answers no clients. */
  hours: (() => OwnHoursModel) | undefined;
  /** A client's; undefined: this person has none. */
  passkeys(): PasskeysModel | undefined;
  /** Whether to offer a passkey: a client came in by code, and has none. */
  readonly offer: Observable<boolean>;
  /** `forGood`: on this device never again. */
  closeOffer(forGood: boolean): void;
  /** Whether this person may invite clients. */
  readonly mayInvite: boolean;
  /** Clients, who have a copy of their own, and may end the relationship. */
  readonly isClient: boolean;
  ownCopy(): OwnCopyModel;
  /** Ends the relationship with the firm, and the session with it. A toast says if it cannot. */
  leaveFirm(): Promise<void>;
  /** Clients answer; they start no conversation. */
  readonly mayStart: boolean;
  /** `language`: what the form begins with. */
  invites(page: "list" | "form", language: "en" | "pl"): InvitesModel;
  /**
   * `unsent`: nothing was done, for this many messages would be lost; ask, then call with force.
   * `done: false`: the server was not reached and this device is still signed in; a toast says so.
   */
  signOut(force: boolean): Promise<{ readonly done: boolean } | { readonly unsent: number }>;
}

export interface ConversationModel {
  readonly id: string;
  readonly summary: Observable<ConversationItem>;
  readonly timeline: TimelineModel;
  readonly composer: ComposerModel;
  readonly members: MembersModel;
  readonly complaints: ComplaintsModel;
  /** For a client's advisor. */
  readonly check?: ClientCheckModel | undefined;
  info(eventId: string): MessageInfoModel;
}
