/** The menu of a row of the list: by right click, by long press, by the menu key, by its button. */
import { type MouseEvent, useMemo, useRef, useState } from "react";
import type { ConversationItem } from "../../view_models/conversation_list";
import { longPress } from "../conversation/long_press";
import type { Anchor } from "../parts/place";

export interface RowMenu {
  readonly id: string;
  readonly anchor: Anchor;
}

/** What a row can set off; one object that never changes, so that rows stay still. */
export interface RowActions {
  onOpen(id: string): void;
  onMenu(item: ConversationItem, anchor: Anchor): void;
}

export function useRowMenu(onOpen: (id: string) => void) {
  const [menu, setMenu] = useState<RowMenu>();
  const open = useRef(onOpen);
  open.current = onOpen;
  const actions = useMemo<RowActions>(
    () => ({
      onOpen: (id) => open.current(id),
      onMenu: (item, anchor) => setMenu({ id: item.id, anchor }),
    }),
    [],
  );
  return { menu, actions, close: () => setMenu(undefined) };
}

/** Handlers of one row. After a long press the finger is lifted, which is no click. */
export function useRowHandlers(item: ConversationItem, { onOpen, onMenu }: RowActions) {
  const held = useRef(false);
  const press = longPress((x, y) => {
    held.current = true;
    onMenu(item, { x, y });
  });
  return {
    ...press,
    onPointerDown(event: Parameters<typeof press.onPointerDown>[0]) {
      held.current = false;
      press.onPointerDown(event);
    },
    onClick() {
      if (!held.current) onOpen(item.id);
      held.current = false;
    },
    onContextMenu(event: MouseEvent<HTMLElement>) {
      event.preventDefault();
      const pointed = event.button === 2;
      onMenu(item, pointed ? { x: event.clientX, y: event.clientY } : event.currentTarget);
    },
  };
}
