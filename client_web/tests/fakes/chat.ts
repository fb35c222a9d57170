/** The whole chat on a fake server: what view model tests are written with. */

import { offChannel } from "../../src/policy/off_channel";
import { orders } from "../../src/policy/orders";
import type { Cancel, Clock, Store, Vault } from "../../src/session/ports";
import type { ChatModel, ConversationModel, Screen } from "../../src/view_models/chat";
import { Chat } from "../../src/view_models/chat_app";
import type { AwaitedCode } from "../../src/view_models/code_entry";
import type { Attention } from "../../src/view_models/context";
import * as doors from "../../src/view_models/doors";
import type { InvitationModel, InviteKeeper, KeptInvite } from "../../src/view_models/invitation";
import type { Details, Later } from "../../src/view_models/later";
import * as laterModels from "../../src/view_models/later_models";
import type { LockedModel } from "../../src/view_models/locked";
import type { NoticeModel } from "../../src/view_models/notice";
import type { FirstPasswordModel } from "../../src/view_models/own_password";
import * as rareDoors from "../../src/view_models/rare_doors";
import type { SignInModel } from "../../src/view_models/sign_in";
import type { Surroundings } from "../../src/view_models/surroundings";
import type { Somebody, SwitchModel } from "../../src/view_models/switching";
import type { MessageRow, TimelineRow } from "../../src/view_models/timeline";
import { TimelineRows } from "../../src/view_models/timeline_rows";
import type { VerifyModel } from "../../src/view_models/verify";
import { VoiceNote } from "../../src/view_models/voice_model";
import { FakeAuthenticator } from "./assurance";
import { FakeStore, fakeCrypto } from "./device";
import { FakeMicrophone } from "./microphone";
import { FakeNotifier } from "./notifier";
import { FakeShell } from "./shell";
import { Browser, type World } from "./world";

export class FakeAttention implements Attention {
  private looks = true;
  private readonly listeners = new Set<() => void>();

  here(): boolean {
    return this.looks;
  }

  set(looks: boolean): void {
    this.looks = looks;
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): Cancel {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
}

export class FakeVault implements Vault {
  kept: { readonly owner: string; readonly store: FakeStore } | undefined;
  destroyed = 0;

  async existing() {
    return this.kept;
  }

  async create(owner: string): Promise<Store> {
    this.kept = { owner, store: new FakeStore() };
    return this.kept.store;
  }

  async destroy(owner?: string): Promise<void> {
    if (owner !== undefined && this.kept?.owner !== owner) return;
    this.kept = undefined;
    this.destroyed += 1;
  }
}

/** What one tab keeps of an invite; `address` is in its address bar. */
export class FakeKeeper implements InviteKeeper {
  address: string | undefined;
  kept: KeptInvite | undefined;

  take(): KeptInvite | undefined {
    if (this.address !== undefined) this.kept = { token: this.address };
    this.address = undefined;
    return this.kept;
  }

  keep(invite: KeptInvite): void {
    this.kept = invite;
  }

  forget(): void {
    this.kept = undefined;
  }
}

/** The code that a tab waits for, and its conversation. */
export interface FakeTab {
  awaited?: AwaitedCode | undefined;
  open?: string | undefined;
  wasHere?: Somebody | undefined;
}

export interface PageOptions {
  readonly link?: string;
  readonly joinLink?: string;
  /** The secret of a letter that stops a reset. */
  readonly objection?: string;
  /** The conversation of a notification that was pressed while no page was open. */
  readonly opening?: string;
  readonly browser?: Browser;
  readonly notifier?: FakeNotifier;
  readonly invites?: FakeKeeper;
  /** What the device keeps of who was here. */
  readonly device?: { client: boolean };
  /** What the tab keeps over a reload. */
  readonly tab?: FakeTab;
  /** Whether the rules for signs of another channel can't be fetched now. */
  readonly rulesLost?: () => boolean;
  /** Whether the code that makes a log's rows can't be fetched now. */
  readonly rowsLost?: () => boolean;
  /** Whether the code of the screens before the chat can't be fetched now. */
  readonly doorsLost?: () => boolean;
}

/** One browser of a person, with its page. */
export class Page {
  readonly world: World;
  readonly browser: Browser;
  readonly vault: FakeVault;
  readonly authenticator = new FakeAuthenticator();
  readonly attention = new FakeAttention();
  readonly microphone = new FakeMicrophone();
  private gone = false;
  /** Whether the browser would ask before the page goes. */
  staying: () => boolean = () => false;
  /** Messages can be taken back for some seconds. */
  undoSend = false;
  readonly badges: number[] = [];
  readonly firms: string[] = [];
  readonly notifier: FakeNotifier;
  readonly shell = new FakeShell();
  readonly spoken: string[] = [];
  readonly invites: FakeKeeper;
  readonly device: { client: boolean };
  readonly tab: FakeTab;
  readonly app: Chat;
  private readonly link: string | undefined;
  private readonly joinLink: string | undefined;
  private readonly objection: string | undefined;
  private readonly opening: string | undefined;
  private readonly rulesLost: () => boolean;
  private readonly rowsLost: () => boolean;
  private readonly doorsLost: () => boolean;
  private readonly leavers = new Set<() => void>();
  private readonly touches = new Set<() => void>();

  constructor(
    world: World,
    person: string,
    vault = new FakeVault(),
    {
      link,
      joinLink,
      objection,
      opening,
      browser,
      notifier,
      invites,
      device,
      tab,
      rulesLost,
      rowsLost,
      doorsLost,
    }: PageOptions = {},
  ) {
    this.world = world;
    this.browser = browser ?? new Browser(world, person);
    this.vault = vault;
    this.link = link;
    this.joinLink = joinLink;
    this.objection = objection;
    this.opening = opening;
    this.rulesLost = rulesLost ?? (() => false);
    this.rowsLost = rowsLost ?? (() => false);
    this.doorsLost = doorsLost ?? (() => false);
    this.device = device ?? { client: false };
    this.tab = tab ?? {};
    this.invites = invites ?? new FakeKeeper();
    this.notifier = notifier ?? new FakeNotifier();
    this.app = new Chat(this.surroundings(person));
    void this.app.start();
  }

  get screen(): Screen {
    return this.app.screen.get();
  }

  get chat(): ChatModel {
    if (this.screen.kind !== "chat") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get signIn(): SignInModel {
    if (this.screen.kind !== "sign_in") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get invitation(): InvitationModel {
    if (this.screen.kind !== "invitation") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get notice(): NoticeModel {
    if (this.screen.kind !== "notice") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get password(): FirstPasswordModel {
    if (this.screen.kind !== "password") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get verify(): VerifyModel {
    if (this.screen.kind !== "verify") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get switching(): SwitchModel {
    if (this.screen.kind !== "switch") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  get locked(): LockedModel {
    if (this.screen.kind !== "locked") throw new Error(`the screen is ${this.screen.kind}`);
    return this.screen.model;
  }

  /** Somebody touches the page. */
  touch(): void {
    for (const listener of this.touches) listener();
  }

  get conversation(): ConversationModel {
    const open = this.chat.conversation.get();
    if (open === undefined) throw new Error("no conversation is open");
    return open;
  }

  later(): Promise<Later> {
    return this.chat.later();
  }

  details(): Promise<Details> {
    return this.conversation.details();
  }

  get rows(): readonly TimelineRow[] {
    return this.conversation.timeline.state.get().rows;
  }

  get messages(): readonly MessageRow[] {
    return this.rows.filter((row) => row.kind === "message");
  }

  /** Opens a conversation and lets it load. */
  async open(conv: string, eventId?: string): Promise<void> {
    this.chat.open(conv, eventId);
    await this.world.pass(200);
  }

  /** Types a text and sends it. */
  write(text: string): void {
    this.conversation.composer.setText(text);
    this.conversation.composer.send();
  }

  /** The page goes away as when its tab is closed. */
  close(): void {
    for (const listener of this.leavers) listener();
    if (this.screen.kind === "chat") this.app.end();
    this.gone = true;
  }

  /** The world's; what a page that is gone waited for never comes. */
  private clock(): Clock {
    const { clock } = this.world;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (milliseconds, callback) => clock.after(milliseconds, () => this.gone || callback()),
    };
  }

  private surroundings(person: string): Surroundings {
    const { server, random } = this.world;
    const clock = this.clock();
    return {
      api: server.apiOf(person),
      vault: this.vault,
      authenticator: this.authenticator,
      clock,
      crypto: fakeCrypto(random),
      random,
      openSocket: server.socketOf(person),
      channel: () => this.browser.hub.join(),
      endings: this.browser.endings.join(),
      lockNews: this.browser.lockNews.join(),
      lock: this.browser.lock,
      uses: (listener) => {
        this.touches.add(listener);
        return () => this.touches.delete(listener);
      },
      locks: this.browser.locks,
      network: this.browser.network,
      attention: this.attention,
      soon: (callback) => queueMicrotask(callback),
      dayOf: (time) => new Date(time).toISOString().slice(0, 10),
      deviceName: "Test",
      takeLink: () => this.link,
      takeObjection: () => this.objection,
      takeJoinLink: () => this.joinLink,
      takeOpening: () => this.opening,
      clients: {
        get: () => this.device.client,
        set: (client) => {
          this.device.client = client;
        },
      },
      awaited: {
        get: () => this.tab.awaited,
        set: (awaited) => {
          this.tab.awaited = awaited;
        },
      },
      openHere: {
        get: () => this.tab.open,
        set: (open) => {
          this.tab.open = open;
        },
      },
      wasHere: {
        get: () => this.tab.wasHere,
        set: (wasHere) => {
          this.tab.wasHere = wasHere;
        },
      },
      invites: this.invites,
      speak: async (locale) => {
        this.spoken.push(locale);
      },
      undoSend: () => this.undoSend,
      loadDoors: async () => {
        if (this.doorsLost()) throw new TypeError("Failed to fetch");
        return doors;
      },
      loadRareDoors: async () => {
        if (this.doorsLost()) throw new TypeError("Failed to fetch");
        return rareDoors;
      },
      loadRows: async () => {
        if (this.rowsLost()) throw new TypeError("Failed to fetch");
        return TimelineRows;
      },
      loadLater: async () => laterModels,
      loadSigns: async () => {
        if (this.rulesLost()) throw new TypeError("Failed to fetch");
        return offChannel;
      },
      loadOrders: async () => {
        if (this.rulesLost()) throw new TypeError("Failed to fetch");
        return orders;
      },
      alerting: () => this.notifier.wish().on,
      loadNotifier: async () => this.notifier,
      loadShell: async () => this.shell,
      loadVoice: async () => (give) => new VoiceNote({ microphone: this.microphone, clock, give }),
      staying: (needed) => {
        this.staying = needed;
      },
      leaving: (listener) => {
        this.leavers.add(listener);
        return () => this.leavers.delete(listener);
      },
      badge: (unread) => this.badges.push(unread),
      named: (firm) => this.firms.push(firm),
    };
  }
}
