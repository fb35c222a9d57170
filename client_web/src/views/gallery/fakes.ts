/** Models for the gallery: plain values that can be watched, and just enough behaviour to try the views. */

import type { AlertsState } from "../../view_models/alerts";
import type { LockChoice } from "../../view_models/app_lock";
import type { ChatModel, ConversationModel } from "../../view_models/chat";
import type { ComplaintsState } from "../../view_models/complaints";
import type { ComposerState } from "../../view_models/composer";
import type {
  ConversationItem,
  ConversationListState,
  HitView,
  TheirHours,
} from "../../view_models/conversation_list";
import type { ForwardState } from "../../view_models/forward";
import type { InviteForm } from "../../view_models/invites";
import type { JoinState } from "../../view_models/join";
import type { LettersState } from "../../view_models/letters";
import type { MembersState } from "../../view_models/members";
import type { NewConversationState } from "../../view_models/new_conversation";
import { Observed } from "../../view_models/observable";
import type { OwnCopyState } from "../../view_models/own_copy";
import type { PasskeysState } from "../../view_models/passkeys";
import type { ReportState } from "../../view_models/report";
import type { ScheduledView } from "../../view_models/scheduled";
import type { StatusState } from "../../view_models/status";
import type { TimelineModel, TimelineRow, TimelineState } from "../../view_models/timeline";
import type { Toast } from "../../view_models/toasts";
import type { VoiceState } from "../../view_models/voice";
import { checkModel, WAITING_RESET } from "./client_check";
import { complaintsModel } from "./complaints";
import { filesModel } from "./files";
import { type FindWish, findModel } from "./find";
import { forwardModel } from "./forward";
import { later } from "./later";
import { mediaModel, proofModel } from "./media";
import { online } from "./online";
import { client, crowd, me, piotr } from "./people";
import type { Press } from "./press";
import { reportModel } from "./report";
import { arranged, at, isKept, message, startTalking } from "./rows";
import { voiceNote } from "./voice_notes";

export interface Scene {
  readonly items: readonly ConversationItem[];
  readonly list?: Partial<ConversationListState>;
  /** Id of the open conversation. */
  readonly open?: string;
  readonly rows?: readonly TimelineRow[];
  readonly timeline?: Partial<TimelineState>;
  readonly composer?: Partial<ComposerState>;
  readonly members?: Partial<MembersState>;
  readonly complaints?: Partial<ComplaintsState>;
  readonly forward?: Partial<ForwardState>;
  readonly report?: Partial<ReportState>;
  /** How many more have read the message whose info is shown. */
  readonly readers?: number;
  /** Absent: the other side is in. */
  readonly theirHours?: TheirHours;
  readonly status?: Partial<StatusState>;
  readonly toasts?: readonly Toast[];
  readonly fresh?: Partial<NewConversationState>;
  readonly unsent?: number;
  /** A client for whom nobody answers yet. */
  readonly waits?: boolean;
  /** How a recording stands, once it is begun. */
  readonly voice?: Partial<VoiceState>;
  /** What is searched for here, and which of it is shown. */
  readonly find?: FindWish | undefined;
  readonly starred?: readonly HitView[];
  /** Somebody has played the voice note whose info is shown. */
  readonly heard?: true;
  readonly planned?: readonly ScheduledView[];
  /** What is pressed one after another once it is shown: texts' ids, the menu of the newest message, the last person to pick, the key for help. */
  readonly press?: readonly Press[];
  /** Present: oneself is a client. */
  readonly copy?: Partial<OwnCopyState>;
  readonly letters?: Partial<LettersState>;
  readonly alerts?: Partial<AlertsState>;
  /** What an advisor has typed to invite somebody. */
  readonly inviting?: Partial<InviteForm>;
  /** The page was opened by a link to a group. */
  readonly join?: Partial<JoinState>;
  /** A newer version is ready. */
  readonly newer?: boolean;
  /** A passkey is offered. */
  readonly offer?: boolean;
  /** A reset of the client waits: theirs, as they see it, or as their advisor does. */
  readonly ownReset?: boolean;
  readonly waitingReset?: boolean;
  readonly lock?: LockChoice;
  readonly passkeys?: Partial<PasskeysState>;
  /** A message of somebody else each second. */
  readonly live?: boolean;
}

export function conversationModel(item: ConversationItem, scene: Scene): ConversationModel {
  const outside = item.outside ? item.outsideName : undefined;
  const timeline = new Observed<TimelineState>({
    rows: scene.rows ?? [],
    loading: "none",
    moreBefore: false,
    moreAfter: false,
    unseen: 0,
    typing: item.typing,
    ...scene.timeline,
  });
  const composer = new Observed<ComposerState>({
    text: "",
    files: [],
    full: false,
    leftOut: 0,
    mode: "new",
    heldBack: false,
    canSend: false,
    canRecord: (scene.composer?.text ?? "") === "" && scene.composer?.files === undefined,
    outsideName: outside,
    focusSerial: 0,
    closed: item.left ? "left" : undefined,
    ...scene.composer,
  });
  const members = new Observed<MembersState>({
    kind: item.kind,
    title: item.kind === "group" ? item.name : undefined,
    members: [me, ...item.others].map((person) => ({
      person,
      admin: person.me,
      joinedAt: at(9000),
      busy: false,
    })),
    canChange: true,
    canLeave: item.kind === "group",
    query: "",
    candidates: crowd(12),
    ...scene.members,
  });
  const patchTimeline = (patch: Partial<TimelineState>) =>
    timeline.set({ ...timeline.get(), ...patch });
  const patch = (change: Partial<ComposerState>) => composer.set({ ...composer.get(), ...change });
  const focus = (change: Partial<ComposerState>) =>
    patch({ ...change, focusSerial: composer.get().focusSerial + 1 });
  const append = (row: TimelineRow) =>
    patchTimeline({ rows: arranged([...timeline.get().rows.filter(isKept), row]) });
  const find = (id: string) => timeline.get().rows.find((row) => row.key === id);
  if (scene.live) startTalking(append, item);
  let anchors = 0;
  const [other] = item.others;
  const log: TimelineModel = {
    state: timeline,
    loadBefore() {
      if (!timeline.get().moreBefore) return;
      const oldest = timeline.get().rows.length * 4 + 600;
      patchTimeline({ loading: "before" });
      setTimeout(() => {
        const older = Array.from({ length: 50 }, (_, i) =>
          message(
            i % 3 ? piotr : me,
            `Earlier message ${i}, ${"words ".repeat(i % 17)}`,
            oldest - i * 3,
          ),
        );
        const rows = arranged([...older, ...timeline.get().rows.filter(isKept)]);
        patchTimeline({ rows, loading: "none", moreBefore: rows.length < 10_000 });
      }, 120);
    },
    loadAfter() {},
    again() {},
    goTo(key, found) {
      anchors += 1;
      patchTimeline({
        anchor: { serial: anchors, key, reason: "jump", offset: 0 },
        found: found && { key, marks: found.marks },
      });
    },
    unmark: () => patchTimeline({ found: undefined }),
    goToEnd() {},
    seen() {},
    leaveAt() {},
    react() {},
    played() {},
    star(id, starred) {
      const { rows } = timeline.get();
      patchTimeline({ rows: rows.map((row) => (row.key === id ? { ...row, starred } : row)) });
    },
    remove(id) {
      const rows = timeline
        .get()
        .rows.map((row) =>
          row.key === id && row.kind === "message"
            ? { ...row, removed: true, text: undefined }
            : row,
        );
      patchTimeline({ rows });
    },
    retry() {},
    discard(key) {
      patchTimeline({ rows: timeline.get().rows.filter((row) => row.key !== key) });
    },
  };
  return {
    id: item.id,
    summary: new Observed(item),
    timeline: log,
    composer: {
      state: composer,
      calling: { stands: () => true, caret() {}, move() {}, take: () => undefined, close() {} },
      addFiles() {},
      dropFile: (key) => patch({ files: composer.get().files.filter((file) => file.key !== key) }),
      measured() {},
      agree: () => patch({ crossing: undefined, files: [], text: "" }),
      record: async () => voiceNote(scene.voice),
      setText: (text) =>
        patch({ text, canSend: text.trim() !== "", canRecord: text.trim() === "" }),
      send() {
        const { text, canSend } = composer.get();
        if (!canSend) return;
        append(message(me, text, 0, { tick: "clock" }));
        patch({ text: "", canSend: false, mode: "new" });
      },
      takeBack: (key) =>
        patchTimeline({ rows: timeline.get().rows.filter((row) => row.key !== key) }),
      takeBackLast() {},
      reply(eventId) {
        const row = find(eventId);
        if (row?.kind !== "message") return;
        focus({ mode: "reply", quote: { eventId, author: row.author, text: row.text } });
      },
      edit(eventId) {
        const row = find(eventId);
        if (row?.kind === "message")
          focus({ mode: "edit", editing: eventId, text: row.text ?? "" });
      },
      editLast() {
        const last = timeline.get().rows.findLast((row) => row.kind === "message" && row.mine);
        if (last?.kind === "message") focus({ mode: "edit", text: last.text ?? "", canSend: true });
      },
      cancel: () => focus({ mode: "new", text: "", canSend: false }),
      discard: () => patch({ text: "", files: [] }),
      dismissNudge: () => patch({ nudge: undefined }),
      sendAnyway: () => patch({ text: "", canSend: false, stopped: false }),
      goOnWriting: () => focus({ stopped: false, crossing: undefined }),
    },
    files: filesModel(),
    details: async () => ({
      media: mediaModel,
      scheduled: () => ({
        state: new Observed({ items: scene.planned ?? [], closed: composer.get().closed }),
        plan: async () => undefined,
        change: async () => undefined,
        sendNow: async () => undefined,
        cancel: async () => undefined,
        close() {},
      }),
      find: () => findModel(item, log, scene.find),
      proof: proofModel,
      members: {
        state: members,
        search: (query) => members.set({ ...members.get(), query }),
        add() {},
        share() {},
        remove() {},
        leave() {},
        rename: (title) => members.set({ ...members.get(), title }),
        forgetUnsaved() {},
        describe: (text) => members.set({ ...members.get(), description: text || undefined }),
        setAdmin: (id, on) => {
          const { members: before } = members.get();
          const changed = before.map((one) => (one.person.id === id ? { ...one, admin: on } : one));
          members.set({ ...members.get(), members: changed });
        },
        setAdminsOnly: (adminsOnly) => members.set({ ...members.get(), adminsOnly }),
        leaveTo() {},
        makeLink: async () =>
          members.set({
            ...members.get(),
            link: { by: me, until: at(-60 * 24 * 7), over: false, uses: 0 },
            newLink: "3q2-7wDvnJ8a1kTQpXoZbVtY5LrFh0sCmGiEuKdNfOw",
          }),
        endLink: () => members.set({ ...members.get(), link: undefined, newLink: undefined }),
        setPicture: async () => {},
        removePicture: async () => {},
        searchAdvisors: (query) => {
          const { relationship } = members.get();
          if (relationship === undefined) return;
          const found = crowd(12).filter(({ name }) =>
            name.toLowerCase().includes(query.toLowerCase()),
          );
          members.set({
            ...members.get(),
            relationship: { ...relationship, query, candidates: found, successors: found },
          });
        },
        handOver() {},
        delegate() {},
        endDelegation() {},
      },
      check:
        item.others.length === 1 && other?.kind === "client"
          ? checkModel(other, scene.waitingReset)
          : undefined,
      report: () => reportModel(piotr, scene.report),
      forward: (eventId) => forwardModel(eventId, item, scene),
      info: (eventId) => ({
        eventId,
        state: new Observed({
          loading: false,
          at: at(9),
          number: 1482,
          edits: 2,
          played: scene.heard
            ? [{ person: client, deliveredAt: at(9), readAt: at(7), playedAt: at(6) }]
            : [],
          read: scene.heard
            ? []
            : [
                { person: client, deliveredAt: at(9), readAt: at(7) },
                ...crowd(scene.readers ?? 0).map((person) => ({ person, readAt: at(8) })),
              ],
          delivered: [{ person: piotr, deliveredAt: at(8) }],
          waiting: [{ person: crowd(1)[0] ?? piotr }],
        }),
        refresh() {},
        close() {},
      }),
    }),
    complaints: complaintsModel(item, scene.complaints),
    hoursOf: async () => scene.theirHours,
  };
}

export function chatModel(scene: Scene): ChatModel {
  const list = new Observed<ConversationListState>({
    loading: "none",
    query: "",
    items: scene.items,
    people: [],
    hits: [],
    searching: false,
    unread: scene.items.filter((item) => item.unread > 0).length,
    aside: false,
    archived: { count: 0, unread: 0 },
    ...scene.list,
  });
  const conversation = new Observed<ConversationModel | undefined>(undefined);
  const toasts = new Observed(scene.toasts ?? []);
  const offer = new Observed(scene.offer ?? false);
  const open = (id: string) => {
    const item = scene.items.find((each) => each.id === id);
    if (item !== undefined) conversation.set(conversationModel(item, scene));
  };
  if (scene.open !== undefined) open(scene.open);
  return {
    me: new Observed(me),
    firm: "Harbour Bank",
    isClient: ofClient(scene),
    leaveFirm: async () => {},
    status: { state: new Observed({ ...online, ...scene.status }), retryNow() {} },
    toasts: {
      state: toasts,
      undo() {},
      dismiss: (id) => toasts.set(toasts.get().filter((toast) => toast.id !== id)),
    },
    list: {
      state: list,
      showAside: (aside) => list.set({ ...list.get(), aside }),
      search: (query) =>
        list.set({
          ...list.get(),
          query,
          items: scene.items.filter((item) =>
            item.name.toLowerCase().includes(query.toLowerCase()),
          ),
        }),
    },
    conversation,
    open,
    openDirect() {},
    openOrigin: async () => {},
    close: () => conversation.set(undefined),
    mark() {},
    idle() {},
    lockNow() {},
    calls: () => ({
      en: "Calls are made with Webex, which records them. Call from your bank account only.",
      pl: "Do rozmów głosowych służy Webex, który je nagrywa. Dzwoń tylko z konta bankowego.",
    }),
    later: async () => later(scene),
    hasHours: !ofClient(scene),
    update: new Observed({ ready: new Observed(scene.newer ?? false), take: async () => {} }),
    offer,
    reset: {
      state: new Observed({
        busy: false,
        ...(scene.ownReset ? { waiting: WAITING_RESET } : {}),
      }),
      stop: async () => {},
    },
    closeOffer: () => offer.set(false),
    joining: scene.join && "link",
    mayInvite: !ofClient(scene),
    mayStart: !ofClient(scene),
    signOut: async () => ({ unsent: scene.unsent ?? 2 }),
  };
}

/** What the scene shows is a client's page. */
function ofClient({ copy, waits, ownReset }: Scene): boolean {
  return copy !== undefined || waits === true || ownReset === true;
}
