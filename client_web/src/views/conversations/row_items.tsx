/** What can be done with a conversation in the list, for oneself alone. */
import type { ConversationItem } from "../../view_models/conversation_list";
import type { MarkWish } from "../../view_models/marker";
import { Menu, type MenuItem } from "../parts/menu";
import type { Anchor } from "../parts/place";
import { type Say, useText } from "../text";

interface RowItemsProps {
  item: ConversationItem;
  anchor: Anchor;
  onFind(): void;
  onMark(wish: MarkWish): void;
  onClose(): void;
}

const HOURS_OF_A_WEEK = 7 * 24;

export function RowItems({ item, anchor, onFind, onMark, onClose }: RowItemsProps) {
  const say = useText();
  return (
    <Menu
      label={say("list.menu", { name: item.name })}
      anchor={anchor}
      items={[
        { key: "find", icon: "search", label: say("find.title"), onSelect: onFind },
        ...itemsOf(item, say, onMark),
      ]}
      onClose={onClose}
    />
  );
}

function itemsOf(item: ConversationItem, say: Say, onMark: RowItemsProps["onMark"]): MenuItem[] {
  const pinned = item.pinned !== undefined;
  const archived = item.archived ?? false;
  const marked = item.marked ?? false;
  const wish = (mark: MarkWish["mark"], on: boolean, hours?: number) => () =>
    onMark({ mark, on, hours });
  const unread: MenuItem = {
    key: "unread",
    icon: "mark",
    label: say(marked ? "marks.read" : "marks.unread"),
    onSelect: wish("unread", !marked),
  };
  return [
    ...(archived
      ? []
      : [
          {
            key: "pinned",
            icon: "pin" as const,
            label: say(pinned ? "marks.unpin" : "marks.pin"),
            onSelect: wish("pinned", !pinned),
          },
        ]),
    ...(item.unread > 0 ? [] : [unread]),
    {
      key: "archived",
      icon: "archive",
      label: say(archived ? "marks.unarchive" : "marks.archive"),
      onSelect: wish("archived", !archived),
    },
    ...levelsOf(item, say, onMark),
  ];
}

/** What of a conversation is heard: one of them, or silence that ends. */
function levelsOf(item: ConversationItem, say: Say, onMark: RowItemsProps["onMark"]): MenuItem[] {
  const muted = item.mutedUntil !== undefined;
  const only = item.mentionsOnly === true;
  const choice = (checked: boolean, wish: Omit<MarkWish, "mark">) => ({
    checked,
    // As it is already: nothing to record.
    onSelect: () => (checked ? undefined : onMark({ mark: "muted", ...wish })),
  });
  const mentions: MenuItem = {
    key: "mentions",
    label: say("marks.level.mentions"),
    ...choice(muted && only, { on: true, level: "mentions" }),
  };
  const mute = (hours: number) => () => onMark({ mark: "muted", on: true, hours });
  return [
    {
      key: "all",
      icon: "bell",
      parted: true,
      heading: say("marks.levels"),
      label: say("marks.level.all"),
      ...choice(!muted, { on: false }),
    },
    ...(item.kind === "group" ? [mentions] : []),
    {
      key: "nothing",
      icon: "quiet",
      label: say("marks.level.nothing"),
      ...choice(muted && !only && item.mutedUntil === "", { on: true }),
    },
    { key: "hours", label: say("marks.mute.hours", { hours: 8 }), onSelect: mute(8) },
    { key: "week", label: say("marks.mute.week"), onSelect: mute(HOURS_OF_A_WEEK) },
  ];
}
