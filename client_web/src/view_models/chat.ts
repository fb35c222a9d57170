/** The whole chat, from the first screen on: what `chat.tsx` is given. */
import type { ComplaintsModel } from "./complaints";
import type { ComposerModel } from "./composer";
import type { ConversationItem, ConversationListModel, TheirHours } from "./conversation_list";
import type { FilesModel } from "./files";
import type { InvitationModel } from "./invitation";
import type { Details, Later } from "./later";
import type { LockedModel } from "./locked";
import type { MarkWish } from "./marker";
import type { NoticeModel } from "./notice";
import type { ObjectionModel } from "./objection";
import type { Observable } from "./observable";
import type { FirstPasswordModel } from "./own_password";
import type { OwnResetModel } from "./own_reset";
import type { PersonView } from "./people";
import type { RoleCodeModel } from "./role_code";
import type { SignInModel } from "./sign_in";
import type { StatusModel } from "./status";
import type { SwitchModel } from "./switching";
import type { TimelineModel } from "./timeline";
import type { ToastsModel } from "./toasts";
import type { ToldModel } from "./told";
import type { UpdateModel } from "./update";
import type { VerifyModel } from "./verify";

/** starting: whether somebody is signed in is not known yet (show nothing for 300 ms). */
export type Screen =
  | { readonly kind: "starting" }
  /** The code of the next screen could not be fetched. */
  | { readonly kind: "unfetched"; readonly again: () => void }
  | { readonly kind: "sign_in"; readonly model: SignInModel }
  | { readonly kind: "switch"; readonly model: SwitchModel }
  | { readonly kind: "invitation"; readonly model: InvitationModel }
  | { readonly kind: "objection"; readonly model: ObjectionModel }
  | { readonly kind: "notice"; readonly model: NoticeModel }
  | { readonly kind: "told"; readonly model: ToldModel }
  | { readonly kind: "verify"; readonly model: VerifyModel }
  | { readonly kind: "password"; readonly model: FirstPasswordModel }
  | { readonly kind: "role"; readonly model: RoleCodeModel }
  | { readonly kind: "locked"; readonly model: LockedModel }
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
  /** What the firm says about calls, by language. */
  calls(): Readonly<Partial<Record<string, string>>>;
  /** The open conversation; undefined: none (a phone shows the list). */
  readonly conversation: Observable<ConversationModel | undefined>;
  /** Opens a conversation, at a message if one is named. */
  open(conversation: string, eventId?: string): void;
  /** Opens the direct conversation with a person, made if there is none. */
  openDirect(person: string): void;
  /** Opens what a message was forwarded from; a toast says if that is not for this person. */
  openOrigin(eventId: string): Promise<void>;
  close(): void;
  /** Pins, mutes, archives, marks as unread: for oneself alone; a toast offers the way back. */
  mark(conversation: string, wish: MarkWish): void;
  /** What is opened now and then. Rejects when its code cannot be fetched. */
  later(): Promise<Later>;
  /** Whether this person answers clients, at certain hours. */
  readonly hasHours: boolean;
  /** Undefined: nothing is known of newer versions of this page. */
  readonly update: Observable<UpdateModel | undefined>;
  /** Whether to offer a passkey: a client came in by code, and has none. */
  readonly offer: Observable<boolean>;
  /** The secret of a link to a group, which this page was opened by. */
  readonly joining?: string | undefined;
  /** `forGood`: on this device never again. */
  closeOffer(forGood: boolean): void;
  /** Whether a reset of this client waits; nobody else has one. */
  readonly reset: OwnResetModel;
  /** Whether this person may invite clients. */
  readonly mayInvite: boolean;
  /** Clients, who have a copy of their own, and may end the relationship. */
  readonly isClient: boolean;
  /** Ends the relationship with the firm, and the session with it. A toast says if it cannot. */
  leaveFirm(): Promise<void>;
  /** Nobody has touched this device for a while, or somebody does again. */
  idle(on: boolean): void;
  /** Shows nothing more, here and in the other tabs, until it is unlocked. */
  lockNow(): void;
  /** Clients answer; they start no conversation. */
  readonly mayStart: boolean;
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
  readonly files: FilesModel;
  readonly complaints: ComplaintsModel;
  /** When a colleague is in; undefined: the server did not say. */
  hoursOf(person: string): Promise<TheirHours | undefined>;
  /** What is shown beside it now and then. Rejects when its code cannot be fetched. */
  details(): Promise<Details>;
}
