/** What is opened from the chat now and then; its code is fetched after the first screen. */
import type { AlertsModel } from "./alerts";
import type { AppLockModel } from "./app_lock";
import type { ClientCheckModel } from "./client_check";
import type { DevicesModel } from "./devices";
import type { DirectoryModel, ProfileModel } from "./directory";
import type { FindModel } from "./find";
import type { ForwardModel } from "./forward";
import type { OwnHoursModel } from "./hours";
import type { InvitesModel } from "./invites";
import type { JoinModel } from "./join";
import type { LettersModel } from "./letters";
import type { MediaModel } from "./media";
import type { MembersModel } from "./members";
import type { MessageInfoModel } from "./message_info";
import type { NewConversationModel } from "./new_conversation";
import type { OwnCopyModel } from "./own_copy";
import type { OwnPasswordModel } from "./own_password";
import type { OwnStatusModel } from "./own_status";
import type { OwnTokensModel } from "./own_tokens";
import type { PasskeysModel } from "./passkeys";
import type { OwnPictureModel } from "./pictures";
import type { ProofModel } from "./proof";
import type { ReportModel } from "./report";
import type { RoleCodeModel } from "./role_code";
import type { ScheduledModel } from "./scheduled";
import type { StarredModel } from "./starred";
import type { SwitcherModel } from "./switcher";

/** Of the person. */
export interface Later {
  newConversation(): NewConversationModel;
  switcher(): SwitcherModel;
  /** `link`: the secret of a link to a group. */
  join(link: string): JoinModel;
  devices(): DevicesModel;
  starred(): StarredModel;
  /** The firm's people; not for clients. */
  directory(): DirectoryModel;
  status(): OwnStatusModel;
  profile(person: string): ProfileModel;
  picture(): OwnPictureModel;
  /** Of who answers clients. */
  hours(): OwnHoursModel;
  /** A client's; undefined: this person has none. */
  passkeys(): PasskeysModel | undefined;
  /** Of the firm's people; undefined: nobody else acts as a client. */
  tokens(): OwnTokensModel | undefined;
  /** Undefined: a client, who has none. */
  password(): OwnPasswordModel | undefined;
  /** Undefined: no role waits for this person. Rejects as the server refuses. */
  roleCode(): Promise<RoleCodeModel | undefined>;
  appLock(): AppLockModel;
  ownCopy(): OwnCopyModel;
  /** What this device tells of. */
  readonly alerts: AlertsModel;
  /** A client's; undefined: this person gets none. */
  letters(): LettersModel | undefined;
  /** `language`: what the form begins with. */
  invites(page: "list" | "form", language: "en" | "pl"): InvitesModel;
}

/** Of one conversation, for as long as it is open. */
export interface Details {
  readonly members: MembersModel;
  /** For a client's advisor. */
  readonly check?: ClientCheckModel | undefined;
  media(): MediaModel;
  scheduled(): ScheduledModel;
  /** Searches it. */
  find(): FindModel;
  info(eventId: string): MessageInfoModel;
  /** Tells compliance of a message. */
  report(eventId: string): ReportModel;
  /** Sends a message on. */
  forward(eventId: string): ForwardModel;
  /** Has a code sent. `proved` is called once it was typed. */
  proof(proved: () => void): ProofModel;
}
