/** Makes what is opened now and then; fetched after the first screen. */
import { failureOf } from "../session/failures";
import type { Authenticator } from "../session/ports";
import type { Hit } from "../wire/types.gen";
import type { SessionAlerts } from "./alerts_model";
import type { LockUse } from "./app_lock";
import { SessionAppLock } from "./app_lock_model";
import { type AdvisorsCheck, answersHere, checkOf } from "./client_check_model";
import type { SessionComposer } from "./composer_model";
import { type Context, troubleOf } from "./context";
import type { HitView } from "./conversation_list";
import { SessionDevices } from "./devices_model";
import { SessionDirectory } from "./directory_model";
import { type FindOptions, SessionFind } from "./find_model";
import { SessionForward } from "./forward_model";
import { SessionInvites } from "./invites_model";
import { SessionJoin } from "./join_model";
import type { Details, Later } from "./later";
import { SessionLetters } from "./letters_model";
import { SessionMedia } from "./media_model";
import { SessionMembers } from "./members_model";
import { SessionMessageInfo } from "./message_info_model";
import { SessionNewConversation } from "./new_conversation_model";
import { SessionOwnCopy } from "./own_copy_model";
import { OwnHours } from "./own_hours_model";
import { SessionPassword } from "./own_password_model";
import { SessionPicture } from "./own_picture_model";
import { SessionOwnStatus } from "./own_status_model";
import { SessionTokens } from "./own_tokens_model";
import { OwnPasskeys } from "./passkeys_model";
import { SessionProfile } from "./profile_model";
import { SessionProof } from "./proof_model";
import { SessionReport } from "./report_model";
import { SessionRoleCode } from "./role_code";
import { SessionScheduled } from "./scheduled_model";
import { SessionStarred } from "./starred_model";
import { SessionSwitcher, type SwitcherOptions } from "./switcher_model";

export { SessionAlerts } from "./alerts_model";
export { SessionUpdate } from "./update_model";

export interface LaterOptions extends SwitcherOptions {
  readonly authenticator: Authenticator;
  readonly deviceName: string;
  readonly lock: LockUse;
  readonly alerts: SessionAlerts;
  readonly hitView: (hit: Hit) => HitView;
}

export class SessionLater implements Later {
  private readonly context: Context;
  private readonly options: LaterOptions;
  private beginning: SessionNewConversation | undefined;

  constructor(context: Context, options: LaterOptions) {
    this.context = context;
    this.options = options;
  }

  newConversation(): SessionNewConversation {
    const before = this.beginning?.begun;
    this.beginning = new SessionNewConversation(this.context, this.options.open, before);
    return this.beginning;
  }

  switcher(): SessionSwitcher {
    return new SessionSwitcher(this.options);
  }

  join(link: string): SessionJoin {
    return new SessionJoin(this.context, link, this.options.open);
  }

  devices(): SessionDevices {
    return new SessionDevices(this.context);
  }

  starred(): SessionStarred {
    return new SessionStarred(this.context, this.options.hitView);
  }

  directory(): SessionDirectory {
    return new SessionDirectory(this.context);
  }

  status(): SessionOwnStatus {
    return new SessionOwnStatus(this.context);
  }

  profile(person: string): SessionProfile {
    return new SessionProfile(this.context, person);
  }

  picture(): SessionPicture {
    return new SessionPicture(this.context);
  }

  hours(): OwnHours {
    const { session, signs } = this.context;
    const { api } = session;
    void signs.fetch();
    return new OwnHours(
      {
        get: () => api.ownHours(),
        set: (body) => api.setOwnHours(body),
        leave: (body) => api.setAway(body),
        back: () => api.endAway(),
      },
      async (work) => {
        try {
          await work();
          return undefined;
        } catch (error) {
          return troubleOf(failureOf(error));
        }
      },
      (text) => session.offChannel && signs.in(text),
    );
  }

  passkeys(): OwnPasskeys | undefined {
    const { authenticator, deviceName } = this.options;
    if (this.context.session.me.person.kind !== "client") return undefined;
    return new OwnPasskeys(this.context, authenticator, deviceName);
  }

  tokens(): SessionTokens | undefined {
    if (this.context.session.me.person.kind === "client") return undefined;
    return new SessionTokens(this.context);
  }

  password(): SessionPassword | undefined {
    const { session } = this.context;
    return session.me.person.kind === "client" ? undefined : new SessionPassword(session.api);
  }

  async roleCode(): Promise<SessionRoleCode | undefined> {
    const { api } = this.context.session;
    const me = await api.me();
    const { role_waits: waits } = me;
    // The connection says by itself that the session has ended.
    const nothing = async () => {};
    return waits && new SessionRoleCode({ api, me, waits, goOn: nothing, ended: nothing });
  }

  appLock(): SessionAppLock {
    const { authenticator, deviceName, lock } = this.options;
    const passkeys = new OwnPasskeys(this.context, authenticator, deviceName);
    return new SessionAppLock(lock, passkeys, this.context.session);
  }

  ownCopy(): SessionOwnCopy {
    return new SessionOwnCopy(this.context.session);
  }

  get alerts(): SessionAlerts {
    return this.options.alerts;
  }

  letters(): SessionLetters | undefined {
    if (this.context.session.me.person.kind !== "client") return undefined;
    return new SessionLetters(this.context);
  }

  invites(page: "list" | "form", language: "en" | "pl"): SessionInvites {
    return new SessionInvites(this.context, language, page);
  }
}

export interface DetailsOptions extends FindOptions {
  readonly composer: SessionComposer;
}

export class SessionDetails implements Details {
  readonly members: SessionMembers;
  private readonly context: Context;
  private readonly options: DetailsOptions;
  private readonly conv: string;
  private checking: AdvisorsCheck | undefined;

  constructor(context: Context, options: DetailsOptions) {
    this.context = context;
    this.options = options;
    this.conv = options.conv;
    this.members = new SessionMembers(context, options.conv);
  }

  /** Whose relationship it is may be known only later, and may change. */
  get check(): AdvisorsCheck | undefined {
    if (!answersHere(this.context, this.conv)) return undefined;
    this.checking ??= checkOf(this.context, this.conv);
    return this.checking;
  }

  scheduled(): SessionScheduled {
    return new SessionScheduled(this.context, this.conv, this.options.composer);
  }

  find(): SessionFind {
    const { conv, timeline, hitView } = this.options;
    return new SessionFind(this.context, { conv, timeline, hitView });
  }

  media(): SessionMedia {
    return new SessionMedia(this.context, this.conv);
  }

  info(eventId: string): SessionMessageInfo {
    return new SessionMessageInfo(this.context, eventId);
  }

  report(eventId: string): SessionReport {
    return new SessionReport(this.context, this.conv, eventId);
  }

  forward(eventId: string): SessionForward {
    return new SessionForward(this.context, this.conv, eventId);
  }

  proof(proved: () => void): SessionProof {
    const { api, clock } = this.context.session;
    return new SessionProof({ api, clock, proved });
  }

  close(): void {
    this.members.close();
    this.checking?.close();
  }
}
