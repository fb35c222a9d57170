/** What can be done with a message: by menu, by long press, by key. */
import { type KeyboardEvent, type MouseEvent, useCallback, useMemo, useRef, useState } from "react";
import type { ConversationModel } from "../../view_models/chat";
import type { MessageRow } from "../../view_models/timeline";
import { type Browser, useBrowser } from "../browser";
import type { Question } from "../dialogs/confirm";
import type { Anchor } from "../parts/place";
import { useText } from "../text";
import type { TimelineActions } from "../timeline/actions";
import { longPress, together } from "./long_press";
import { menuItems } from "./menu_items";
import { swipeToReply } from "./swipe";

interface Outer {
  onInfo(eventId: string): void;
  onCopied(): void;
  onInvite: (() => void) | undefined;
  onOpenFile(eventId: string, file: string): void;
  onProve(then: () => void): void;
  /** Shows all emoji for a message. */
  onMoreEmoji(eventId: string): void;
  onForward(eventId: string): void;
  onReport(eventId: string): void;
  /** Goes where a forwarded message comes from. */
  onOrigin(eventId: string): void;
  /** Shows who somebody is; undefined: for nobody. */
  onPerson: ((person: string) => void) | undefined;
}

/** Of which row; what it offers follows the row: it may come onto the record meanwhile. */
interface OpenMenu {
  readonly anchor: Anchor;
  readonly key: string;
}

/** The message menu's state and the rows' actions, which stay the same while the model does. */
export function useMessageMenu(model: ConversationModel, outer: Outer) {
  const say = useText();
  const browser = useBrowser();
  const [open, setOpen] = useState<OpenMenu>();
  const [question, setQuestion] = useState<Question>();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const outside = useRef(outer);
  outside.current = outer;
  const unfold = useCallback((key: string) => setUnfolded((keys) => new Set([...keys, key])), []);
  const items = useCallback(
    (row: MessageRow) =>
      menuItems(row, say, {
        isClient: model.complaints.state.get().client,
        reply: () => model.composer.reply(row.eventId),
        edit: () => model.composer.edit(row.eventId),
        report: () => outside.current.onReport(row.eventId),
        forward: () => outside.current.onForward(row.eventId),
        copy: () => {
          void browser.clipboard.write(row.text ?? "").then(() => outside.current.onCopied());
        },
        goToQuote: () => model.timeline.goTo(row.quote?.eventId ?? row.eventId),
        star: () => model.timeline.star(row.eventId, !row.starred),
        info: () => outside.current.onInfo(row.eventId),
        complain: () => model.complaints.begin(row.eventId),
        remove: () =>
          setQuestion({
            title: say("message.remove.title"),
            text: say("message.remove.text"),
            verb: say("message.remove.verb"),
            danger: true,
            onYes: () => model.timeline.remove(row.eventId),
          }),
      }),
    [model, say, browser],
  );
  const show = useCallback(
    (row: MessageRow, anchor: Anchor) => setOpen({ anchor, key: row.key }),
    [],
  );
  const invite = useCallback(() => outside.current.onInvite?.(), []);
  const hasPeople = outer.onPerson !== undefined;
  const actions = useMemo(
    () => ({
      ...rowActions(model, show, unfold, browser),
      onInvite: invite,
      onOpenFile: (eventId: string, file: string) => outside.current.onOpenFile(eventId, file),
      onProve: (then: () => void) => outside.current.onProve(then),
      onOrigin: (eventId: string) => outside.current.onOrigin(eventId),
      onPerson: hasPeople ? (person: string) => outside.current.onPerson?.(person) : undefined,
    }),
    [model, show, unfold, invite, hasPeople, browser],
  );
  const react = (row: MessageRow) => (emoji: string, on: boolean) => {
    setOpen(undefined);
    model.timeline.react(row.eventId, emoji, on);
  };
  const more = (row: MessageRow) => () => {
    setOpen(undefined);
    outside.current.onMoreEmoji(row.eventId);
  };
  const onKey = (event: KeyboardEvent, key: string) => {
    const row = model.timeline.state.get().rows.find((each) => each.key === key);
    if (row?.kind === "message") onMessageKey(event, row, { model, show });
  };
  return {
    open,
    items,
    react,
    more,
    close: useCallback(() => setOpen(undefined), []),
    question,
    closeQuestion: useCallback(() => setQuestion(undefined), []),
    unfolded,
    actions,
    onKey,
  };
}

type Show = (row: MessageRow, anchor: Anchor) => void;

function rowActions(
  model: ConversationModel,
  show: Show,
  unfold: (key: string) => void,
  { page, device }: Browser,
): Omit<TimelineActions, "onFocus" | "onInvite" | "onOpenFile" | "onProve" | "onOrigin"> {
  return {
    onMenu: show,
    onContextMenu(event: MouseEvent, row: MessageRow) {
      // A link or selected text keeps the browser's own menu.
      if (event.target instanceof HTMLAnchorElement || page.hasSelection()) return;
      event.preventDefault();
      const pointed = event.clientX > 0 || event.clientY > 0;
      show(row, pointed ? { x: event.clientX, y: event.clientY } : event.currentTarget);
    },
    press: (row) =>
      together(
        longPress(page, (x, y) => show(row, { x, y })),
        row.can.reply ? swipeToReply(() => model.composer.reply(row.eventId), device) : undefined,
      ),
    onJump: (eventId) => model.timeline.goTo(eventId),
    onUnfold: unfold,
    onReply: (eventId) => model.composer.reply(eventId),
    onReact: (eventId, emoji, on) => model.timeline.react(eventId, emoji, on),
    onRetry: (key, file) => model.timeline.retry(key, file),
    onDiscard: (key) => model.timeline.discard(key),
    onPlayed: (eventId) => model.timeline.played(eventId),
    onTakeBack: (key) => model.composer.takeBack(key),
    files: model.files,
  };
}

/** Keys on a focused message itself, not on a button inside it. */
function onMessageKey(
  event: KeyboardEvent,
  row: MessageRow,
  { model, show }: { model: ConversationModel; show: Show },
) {
  const target = event.target as HTMLElement;
  if (target.getAttribute("data-key") !== row.key) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  switch (event.key.toLowerCase()) {
    case "enter":
    case " ":
      show(row, target);
      break;
    case "e":
      if (row.can.edit) model.composer.edit(row.eventId);
      else model.composer.editLast();
      break;
    case "r":
      if (!row.can.reply) return;
      model.composer.reply(row.eventId);
      break;
    case "s":
      if (!row.can.star) return;
      model.timeline.star(row.eventId, !row.starred);
      break;
    case "escape":
      target.closest("section")?.querySelector("textarea")?.focus();
      break;
    default:
      return;
  }
  event.preventDefault();
}
