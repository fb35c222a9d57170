/** The gallery's screens before the chat, and an advisor's invites, from plain values. */
import type { Screen } from "../../view_models/chat";
import type { ClientSignInModel, ClientSignInState } from "../../view_models/client_sign_in";
import type { CodeEntryModel, CodeState } from "../../view_models/code_entry";
import type { InvitationState, InvitationView } from "../../view_models/invitation";
import type { InviteForm, InvitesModel, InvitesState, InviteView } from "../../view_models/invites";
import type { LockedState } from "../../view_models/locked";
import type { NoticeView } from "../../view_models/notice";
import type { ObjectionState } from "../../view_models/objection";
import { Observed } from "../../view_models/observable";
import type { OwnPasswordState } from "../../view_models/own_password";
import type { RoleCodeState } from "../../view_models/role_code";
import type { SwitchModel } from "../../view_models/switching";
import type { ToldModel, ToldState } from "../../view_models/told";
import type { VerifyState } from "../../view_models/verify";
import { WAITING_RESET } from "./client_check";
import { copyModel } from "./own_copy";
import type { Press } from "./press";
import { at } from "./rows";
import { FIRMS } from "./sign_ins";

const nothing = async () => {};

const notice: NoticeView = {
  locale: "en",
  title: "Everything here is recorded",
  paragraphs: Array.from(
    { length: 7 },
    (_, i) =>
      `${i + 1}. All messages between you and Harbour Bank, and all files, are recorded and kept for five years. You can ask for a copy of the record at any time.`,
  ),
};

const invitation: InvitationView = {
  advisor: "Anna Kowalska",
  advisorId: "p-anna",
  advisorTitle: "Relationship manager",
  firm: "Harbour Bank",
  address: "h•••@brzeska.example",
  way: "mail",
  notice,
};

export function code(change: Partial<CodeState> = {}): CodeEntryModel {
  const state = new Observed<CodeState>({
    address: invitation.address,
    way: "mail",
    digits: 6,
    minutes: 10,
    text: "",
    busy: false,
    sent: 1,
    againIn: 24,
    ...change,
  });
  const type = (text: string) => state.set({ ...state.get(), text });
  return { state, type, submit: nothing, again: nothing };
}

const INVITATIONS: Readonly<Record<string, InvitationState>> = {
  "invitation-loading": { step: "loading" },
  invitation: { step: "notice", invitation, changed: false, busy: false },
  "invitation-changed": { step: "notice", invitation, changed: true, busy: false },
  "invitation-code": { step: "code", invitation, code: code({ text: "123" }) },
  "invitation-code-wrong": {
    step: "code",
    invitation,
    code: code({ sent: 2, againIn: 0, trouble: { code: "bad_code" } }),
  },
  "invitation-code-waits": {
    step: "code",
    invitation,
    code: code({ againIn: 600, trouble: { code: "too_many_codes", retryAfter: 600 } }),
  },
  "invitation-code-tries": {
    step: "code",
    invitation,
    code: code({ againIn: 0, trouble: { code: "too_many_attempts", retryAfter: 30 } }),
  },
  "invitation-closed": { step: "closed", trouble: { code: "bad_invite" } },
  "invitation-failed": { step: "failed", trouble: { code: "offline" } },
};

const told: ToldModel = {
  notices: [
    {
      id: "1",
      at: at(60 * 20),
      what: "link",
      by: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine",
      approved_by: "Ewa Lis",
      about: "Anna Kowalska",
      fields: [],
    },
    {
      id: "2",
      at: at(90),
      what: "break_glass_role",
      by: "wojcik (as onrecord)",
      about: "Ola Nowak",
      role: "administrator",
      reason: "The second administrator; the first one is ill, and nobody else could approve.",
      fields: [],
    },
    {
      id: "3",
      at: at(30),
      what: "token_ends",
      by: "Anna Kowalska",
      about: "Rates bot",
      token: "nightly report",
      ends: at(-60 * 24 * 30),
      fields: [],
    },
  ],
  state: new Observed<ToldState>({ busy: false }),
  goOn: nothing,
};

const RESET = { firm: "Harbour Bank", reset: WAITING_RESET };
const OBJECTIONS: Readonly<Record<string, ObjectionState>> = {
  objection: { step: "asking", shown: { ...RESET, state: "waiting" }, busy: false },
  "objection-stopped": { step: "stopped", shown: { ...RESET, state: "stopped" }, busy: false },
  "objection-over": { step: "over", shown: { ...RESET, state: "over" }, busy: false },
  "objection-closed": { step: "closed" },
  "objection-failed": { step: "failed", trouble: { code: "offline" } },
};

/** The recording notice after sign-in, as the bank has it and when it was changed meanwhile. */
const NOTICES: Readonly<Record<string, { changed: boolean; again: boolean }>> = {
  notice: { changed: false, again: false },
  "notice-staff": { changed: false, again: false },
  "notice-again": { changed: false, again: true },
  "notice-changed": { changed: true, again: true },
  "notice-copy": { changed: false, again: true },
  "notice-leave": { changed: false, again: true },
};

/** What is pressed on them. */
export const DOOR_PRESS: Readonly<Record<string, readonly Press[]>> = {
  "notice-copy": ["copy.title"],
  "notice-leave": ["end.open"],
};

const CLIENTS: Readonly<Record<string, ClientSignInState>> = {
  "client-closed": { step: "closed" },
  "client-address": { step: "address", busy: false, address: "" },
  "client-address-wrong": {
    step: "address",
    busy: false,
    address: "601 234 567",
    trouble: { code: "bad_address" },
  },
  "client-address-waits": {
    step: "address",
    busy: false,
    address: "+48 601 234 567",
    trouble: { code: "too_many_codes", retryAfter: 600 },
  },
  "client-code": { step: "code", code: code() },
};

const VERIFY: Readonly<Record<string, VerifyState>> = {
  verify: { busy: false },
  "verify-failed": { busy: false, trouble: { code: "letter_not_taken" } },
  "verify-code": { busy: false, code: code() },
};

const LOCKED: Readonly<Record<string, LockedState & { readonly isClient?: true }>> = {
  locked: { busy: false, passkeys: true },
  "locked-client": { busy: false, passkeys: true, isClient: true },
  "locked-wrong": { busy: false, passkeys: false, trouble: { code: "bad_password" } },
  "locked-code": { busy: false, passkeys: true, isClient: true, code: code() },
};

/** The question of a link, and what the other tabs say once it was answered. */
const SWITCHES: Readonly<Record<string, Omit<SwitchModel, "goOn">>> = {
  "switch-ask": { here: "Anna Kowalska", next: "Marek Zieliński", stay() {} },
  "switch-told": { here: "Anna Kowalska", next: "Marek Zieliński" },
};

const PASSWORDS: Readonly<Record<string, OwnPasswordState>> = {
  password: { current: false, busy: false, done: false },
  "password-common": {
    current: false,
    busy: false,
    done: false,
    trouble: { code: "password_common" },
  },
};

/** A role that waits: with a code, or a new password before it. */
const ROLES: Readonly<Record<string, RoleCodeState>> = {
  "role-code": { chosen: true, busy: false },
  "role-code-shown": {
    chosen: true,
    busy: false,
    code: { code: "48213907", expires_at: at(-10) },
  },
  "role-code-password": { chosen: false, busy: false },
};

export const DOOR_SCENES = {
  ...SWITCHES,
  starting: {},
  unfetched: {},
  ...INVITATIONS,
  ...OBJECTIONS,
  ...CLIENTS,
  ...NOTICES,
  ...VERIFY,
  ...LOCKED,
  told: {},
  ...PASSWORDS,
  ...ROLES,
};

export function doorOf(name: string): Screen | undefined {
  if (name === "starting") return { kind: "starting" };
  if (name === "unfetched") return { kind: "unfetched", again() {} };
  const switching = SWITCHES[name];
  if (switching !== undefined) return { kind: "switch", model: { ...switching, goOn() {} } };
  const state = INVITATIONS[name];
  if (state !== undefined) {
    const model = {
      state: new Observed(state),
      async retry() {},
      readIn: nothing,
      accept: nothing,
      goOn() {},
    };
    return { kind: "invitation", model };
  }
  const objection = OBJECTIONS[name];
  if (objection !== undefined) {
    const model = {
      state: new Observed(objection),
      async retry() {},
      stop: nothing,
      goOn() {},
    };
    return { kind: "objection", model };
  }
  const client = CLIENTS[name];
  if (client !== undefined) {
    const signIn = new Observed({ busy: false, byLink: false });
    const firm = FIRMS["sign-in-firm"];
    return {
      kind: "sign_in",
      model: { state: signIn, firm, client: clientModel(client), submit: nothing },
    };
  }
  const verify = VERIFY[name];
  if (verify !== undefined) {
    const shown = new Observed(verify);
    const model = { firm: "Harbour Bank", state: shown, send: nothing, signOut: nothing };
    return { kind: "verify", model };
  }
  const locked = LOCKED[name];
  if (locked !== undefined) return lockedDoor(locked);
  if (name === "told") return { kind: "told", model: told };
  const first = PASSWORDS[name];
  if (first !== undefined) {
    const model = { state: new Observed(first), choose: async () => true, signOut: nothing };
    return { kind: "password", model };
  }
  const role = ROLES[name];
  if (role !== undefined) return roleDoor(role);
  const news = NOTICES[name];
  if (news === undefined) return undefined;
  const text = new Observed({ notice, ...news, busy: false });
  const acts = { speak: nothing, accept: nothing, signOut: nothing };
  const ways = name === "notice-staff" ? undefined : { copy: copyModel(), leave: nothing };
  const model = { firm: "Harbour Bank", state: text, ways, ...acts };
  return { kind: "notice", model };
}

function roleDoor(first: RoleCodeState): Screen {
  const { chosen } = first;
  const by = "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine";
  const waits = { role: "compliance", asked_by: by, expires_at: at(-60), chosen } as const;
  const state = new Observed<OwnPasswordState>({ current: true, busy: false, done: false });
  const password = { state, choose: async () => true };
  const model = { waits, state: new Observed(first), password, show: nothing, later: nothing };
  return { kind: "role", model };
}

function lockedDoor({ isClient = false, ...first }: LockedState & { isClient?: boolean }): Screen {
  const acts = { byPasskey: nothing, byPassword: nothing, sendCode: nothing, signOut: nothing };
  return {
    kind: "locked",
    model: { isClient, state: new Observed<LockedState>(first), ...acts },
  };
}

function clientModel(first: ClientSignInState): ClientSignInModel {
  const state = new Observed<ClientSignInState>(first);
  const address = () => state.set({ step: "address", busy: false, address: "" });
  return {
    state,
    passkeys: true,
    byPasskey: nothing,
    open: address,
    correct: address,
    close: () => state.set({ step: "closed" }),
    send: async () => state.set({ step: "code", code: code() }),
  };
}

const invites: readonly InviteView[] = (["open", "accepted", "expired", "revoked"] as const).map(
  (state, i) => ({
    id: state,
    name:
      ["Halina Brzeska", "Jan Kos", "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine", "Ewa Lis"][
        i
      ] ?? "",
    org: i % 2 ? undefined : "Brzeska Logistics",
    address: i === 1 ? "+48601234567" : "halina.brzeska@brzeska-logistics.example",
    locale: "pl",
    way: "mail",
    state,
    createdAt: at(60 * 24 * i),
    expiresAt: at(-60 * 24 * (7 - i)),
    person: state === "accepted" ? "p-client" : undefined,
    undelivered: false,
    busy: false,
  }),
);

export function invitesModel(
  page: InvitesState["page"],
  count: number,
  typed: Partial<InviteForm> = {},
): InvitesModel {
  const form = { name: "", org: "", address: "", locale: "pl", way: "mail" } as const;
  const state = new Observed<InvitesState>({
    page,
    loading: false,
    invites: Array.from({ length: count }, (_, i) => invites[i % 4]).flatMap((each, i) =>
      each === undefined ? [] : [{ ...each, id: `${each.id}${i}`, undelivered: i === 4 }],
    ),
    form: { ...form, busy: false, refusals: 0, ...typed },
  });
  const patch = (change: Partial<InvitesState>) => state.set({ ...state.get(), ...change });
  const show = async () => {
    const [invite] = invites;
    const link = `https://chat.example.com/#invite=${"aB3-_".repeat(8)}`;
    if (invite !== undefined)
      patch({ page: "link", link: { invite, link, firmAlike: ["Harbour Bank"] } });
  };
  return {
    state,
    watch: () => () => {},
    refresh() {},
    begin: () => patch({ page: "form" }),
    change: (fields) => patch({ form: { ...state.get().form, ...fields } }),
    submit: show,
    back: () => patch({ page: "list" }),
    renew: show,
    revoke: nothing,
    replace: show,
  };
}
