/** What the gallery opens now and then, from plain values. */

import type { AlertsModel, AlertsState } from "../../view_models/alerts";
import type { AppLockModel, LockChoice } from "../../view_models/app_lock";
import type { Named } from "../../view_models/conversation_list";
import type { DevicesState } from "../../view_models/devices";
import type { Later } from "../../view_models/later";
import type { LettersModel, LettersState } from "../../view_models/letters";
import type { NewConversationState } from "../../view_models/new_conversation";
import { Observed } from "../../view_models/observable";
import type { OwnPasswordModel, OwnPasswordState } from "../../view_models/own_password";
import type { OwnTokensModel, OwnTokensState, TokenWish } from "../../view_models/own_tokens";
import type { PasskeysModel, PasskeysState } from "../../view_models/passkeys";
import { conversationRank, personRank, ranked } from "../../view_models/ranking";
import { SessionSwitcher } from "../../view_models/switcher_model";
import { directory } from "./directory";
import { invitesModel } from "./doors";
import type { Scene } from "./fakes";
import { hoursModel } from "./hours";
import { copyModel } from "./own_copy";
import { client, crowd, maria, piotr } from "./people";
import { at } from "./rows";

export function later(scene: Scene): Later {
  return {
    newConversation: () => newConversation(scene.fresh),
    switcher: () =>
      new SessionSwitcher({
        find: (query) => found(scene, query),
        follow: () => () => {},
        open() {},
        openDirect() {},
        searchMessages() {},
      }),
    join: () => ({
      state: new Observed({ loading: false, busy: false, ...scene.join }),
      refresh: async () => {},
      join: async () => true,
    }),
    devices: () => ({ state: new Observed(devices), refresh() {}, signOut() {} }),
    starred: () => ({
      state: new Observed({ loading: false, more: false, hits: scene.starred ?? [] }),
      further() {},
      unstar() {},
      close() {},
    }),
    ...directory(scene.items.length === 0 ? [maria] : undefined),
    picture: () => ({
      state: new Observed({ busy: false }),
      set: async () => {},
      remove: async () => {},
    }),
    hours: hoursModel,
    passkeys: () => passkeysModel(scene.passkeys),
    roleCode: async () => undefined,
    password: () => (scene.copy === undefined ? passwordModel() : undefined),
    tokens: () => (scene.copy === undefined ? tokensModel() : undefined),
    appLock: () => appLockModel(scene),
    ownCopy: () => copyModel(scene.copy),
    alerts: alertsModel(scene.alerts),
    letters: () => (scene.copy === undefined ? undefined : lettersModel(scene.letters)),
    invites: (page) => invitesModel(page, scene.items.length === 0 ? 0 : 9, scene.inviting),
  };
}

/** Of the scene's list, and of a crowd whom nobody has written to. */
function found({ items }: Scene, query: string): readonly Named[] {
  const people = query === "" ? [] : crowd(40);
  const named: Named[] = [
    ...items.map((item) => ({ kind: "conversation", item }) as const),
    ...people.map((person) => ({ kind: "person", person }) as const),
  ];
  return ranked(named, (each) =>
    each.kind === "person" ? personRank(query, each.person) : conversationRank(query, each.item),
  );
}

function alertsModel(more: Partial<AlertsState> = {}): AlertsModel {
  const state = new Observed<AlertsState>({
    on: true,
    named: false,
    permission: "given",
    busy: false,
    quiet: undefined,
    closed: { on: true, busy: false, failed: false, names: false },
    ...more,
  });
  const change = (part: Partial<AlertsState>) => state.set({ ...state.get(), ...part });
  return {
    state,
    turn: async (on) => change({ on }),
    name: (named) => change({ named }),
    close: async (on) => change({ closed: { on, busy: false, failed: false, names: false } }),
    setQuiet: (quiet) => change({ quiet }),
  };
}

function lettersModel(more: Partial<LettersState> = {}): LettersModel {
  const state = new Observed<LettersState>({
    wanted: true,
    to: { way: "mail", address: "c•••@example.com" },
    busy: false,
    ...more,
  });
  const choose = async (wanted: boolean) => state.set({ ...state.get(), wanted });
  return { state, refresh() {}, choose };
}

function appLockModel(scene: Scene): AppLockModel {
  const state = new Observed<LockChoice>({ minutes: 5, most: 0, ...scene.lock });
  return {
    firm: "Harbour Bank",
    isClient: scene.copy !== undefined,
    state,
    passkeys: passkeysModel(scene.passkeys),
    choose: (minutes) => state.set({ ...state.get(), minutes }),
    lockNow() {},
  };
}

function passkeysModel(more: Partial<PasskeysState> = {}): PasskeysModel {
  const state = new Observed<PasskeysState>({
    loading: false,
    known: true,
    passkeys: [
      { id: "k1", name: "Chrome, Android", createdAt: at(60 * 24 * 20), usedAt: at(60 * 5) },
      { id: "k2", name: "Safari, macOS", createdAt: at(60) },
    ],
    busy: false,
    asksPassword: false,
    added: false,
    ...more,
  });
  const remove = async (id: string) => {
    const passkeys = state.get().passkeys.filter((one) => one.id !== id);
    state.set({ ...state.get(), passkeys });
  };
  return { state, available: true, refresh: async () => {}, add: async () => {}, remove };
}

function passwordModel(): OwnPasswordModel {
  const state = new Observed<OwnPasswordState>({ current: true, busy: false, done: false });
  const choose = async () => {
    state.set({ ...state.get(), done: true });
    return true;
  };
  return { state, choose };
}

function tokensModel(): OwnTokensModel {
  const state = new Observed<OwnTokensState>({
    known: true,
    bots: [{ id: "b1", name: "Rates bot" }],
    making: false,
    tokens: [
      {
        id: "t1",
        name: "nightly report of all open positions, sent to treasury",
        madeAt: at(60 * 24 * 50),
        usedAt: at(60 * 7),
        until: at(-60 * 24 * 40),
        busy: false,
      },
      { id: "t2", name: "ticker", madeAt: at(60), until: at(-60 * 24 * 90), busy: false },
    ],
  });
  const revoke = async (id: string) => {
    const tokens = state.get().tokens.filter((one) => one.id !== id);
    state.set({ ...state.get(), tokens });
  };
  const make = async ({ name }: TokenWish) => {
    state.set({ ...state.get(), made: { name, secret: "onrecord_4Yb0Zt1QmW3rK9sXc7Vd2Lh8" } });
    return true;
  };
  return { state, refresh: async () => {}, make, revoke };
}

function newConversation(start: Partial<NewConversationState> = {}) {
  const everyone = [piotr, client, ...crowd(40)];
  const state = new Observed<NewConversationState>({
    query: "",
    candidates: everyone,
    chosen: [],
    kind: "direct",
    title: "",
    apart: false,
    text: "",
    outsideNames: [],
    busy: false,
    canCreate: false,
    ...start,
  });
  const set = (chosen: NewConversationState["chosen"]) =>
    state.set({
      ...state.get(),
      chosen,
      candidates: everyone.filter((person) => !chosen.includes(person)),
      kind: chosen.length > 1 ? "group" : "direct",
      outsideNames: chosen.filter((person) => person.outside).map((person) => person.org),
      canCreate: chosen.length > 0,
    });
  return {
    state,
    search: (query: string) => state.set({ ...state.get(), query }),
    choose: (id: string) =>
      set([...state.get().chosen, ...everyone.filter((person) => person.id === id)]),
    drop: (id: string) => set(state.get().chosen.filter((person) => person.id !== id)),
    setApart: (apart: boolean) => state.set({ ...state.get(), apart }),
    setText: (text: string) => state.set({ ...state.get(), text }),
    setTitle: (title: string) => state.set({ ...state.get(), title }),
    create: async () => true,
    discard() {},
    close() {},
  };
}

const devices: DevicesState = {
  loading: false,
  devices: [
    {
      id: "d1",
      name: "Chromium, Linux",
      current: true,
      signedInAt: at(60 * 24 * 3),
      seenAt: at(0),
      busy: false,
    },
    {
      id: "d2",
      name: "Safari, iPhone",
      current: false,
      signedInAt: at(60 * 24 * 40),
      seenAt: at(55),
      busy: false,
    },
    {
      id: "d3",
      name: "Edge, Windows, meeting room on the fourth floor (shared)",
      current: false,
      signedInAt: at(60 * 24 * 90),
      seenAt: at(60 * 24 * 12),
      busy: true,
    },
  ],
};
