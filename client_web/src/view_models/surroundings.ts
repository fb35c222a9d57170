/** What the chat is given by the browser that it runs in. */
import type { Crypto } from "../session/ids";
import type { OutboxNews } from "../session/outbox_options";
import type {
  Api,
  Authenticator,
  Cancel,
  Channel,
  Clock,
  Locks,
  Network,
  OpenSocket,
  Vault,
} from "../session/ports";
import type { Notifier } from "./alerts";
import type { AwaitedCode } from "./code_entry";
import type { Attention, Kept } from "./context";
import type { Soon } from "./derived";
import type * as doors from "./doors";
import type { LockKept } from "./idle_lock";
import type { InviteKeeper } from "./invitation";
import type * as laterModels from "./later_models";
import type { LockNews } from "./locking";
import type * as rareDoors from "./rare_doors";
import type { FindSigns } from "./signs";
import type { Somebody } from "./switching";
import type { TimelineRows } from "./timeline_rows";
import type { Shell } from "./update";
import type { RecordVoice } from "./voice";

/** Everything that a browser gives; platform/ makes it. */
export interface Surroundings {
  readonly api: Api;
  /** One that opens late is waited for only a moment. */
  readonly vault: Vault | Promise<Vault>;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** In [0, 1). */
  readonly random: () => number;
  readonly openSocket: OpenSocket;
  readonly channel: () => Channel<OutboxNews>;
  /** Tells the other tabs whose session has ended. */
  readonly endings: Channel<string>;
  readonly locks: Locks;
  readonly network: Network;
  readonly attention: Attention;
  readonly soon: Soon;
  /** The local day of a moment, such as "2026-11-24". */
  readonly dayOf: (time: number) => string;
  /** What this device is called in the list of devices. */
  readonly deviceName: string;
  /** Takes the token of a one-time link out of the address; undefined: there is none. */
  readonly takeLink: () => string | undefined;
  /** Takes the secret that stops a reset out of the address; undefined: there is none. */
  readonly takeObjection: () => string | undefined;
  /** Takes the secret of a link to join a group by; undefined: there is none. */
  readonly takeJoinLink: () => string | undefined;
  /** Takes the conversation to open out of the address, where a notification was pressed. */
  readonly takeOpening: () => string | undefined;
  /** Tells the other tabs that this browser was locked or unlocked. */
  readonly lockNews: Channel<LockNews>;
  /** What this device keeps of the app lock. */
  readonly lock: LockKept;
  /** Calls back whenever somebody touches the page. */
  readonly uses: (listener: () => void) => Cancel;
  /** Whether it was a client who came in on this device last. */
  readonly clients: Kept<boolean>;
  /** The code that somebody waits for: a phone may drop the page while its owner reads the mail. */
  readonly awaited: Kept<AwaitedCode | undefined>;
  /** The conversation that is open in this tab; it is opened again when its page is loaded anew. */
  readonly openHere: Kept<string | undefined>;
  /** Who was signed in in this tab last; another one is said to be there before anything shows. */
  readonly wasHere: Kept<Somebody | undefined>;
  /** The token of an advisor's invite. */
  readonly invites: InviteKeeper;
  /** Speaks a language from now on, whatever this browser prefers; resolves also if it cannot. */
  readonly speak: (locale: string) => Promise<void>;
  /** Whether messages can be taken back for some seconds before they are sent. */
  readonly undoSend: () => boolean;
  /** Fetches the ways in. */
  readonly loadDoors: () => Promise<typeof doors>;
  /** Fetches the other screens before the chat. */
  readonly loadRareDoors: () => Promise<typeof rareDoors>;
  /** Fetches what makes the rows of a log. */
  readonly loadRows: () => Promise<typeof TimelineRows>;
  /** Fetches what is opened now and then. */
  readonly loadLater: () => Promise<typeof laterModels>;
  /** Fetches the rules by which texts suggest another channel. */
  readonly loadSigns: () => Promise<FindSigns>;
  /** Fetches the rules by which texts read like an order. */
  readonly loadOrders: () => Promise<FindSigns>;
  /** Whether this device tells of what comes while nobody looks. */
  readonly alerting: () => boolean;
  /** Fetches what keeps the page's files on the device, and begins it. */
  readonly loadShell: () => Promise<Shell>;
  /** Fetches the browser's notifications. */
  readonly loadNotifier: () => Promise<Notifier>;
  /** Fetches what records voice notes. */
  readonly loadVoice: () => Promise<RecordVoice>;
  /** The page may be about to go away. */
  readonly leaving: (listener: () => void) => Cancel;
  /** The browser asks before the page goes, as long as something would be lost with it. */
  readonly staying: (needed: () => boolean) => void;
  /** How many conversations have unread messages, for the title and the icon. */
  readonly badge: (unread: number) => void;
  /** What the firm is called, for the title. */
  readonly named: (firm: string) => void;
}
