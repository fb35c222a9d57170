/** The menu of a row of the list: by right click, by long press, by the menu key, by its button. */
import { type MouseEvent, useMemo, useRef, useState } from "react";
import type { ConversationItem } from "../../view_models/conversation_list";
import { type Page, useBrowser } from "../browser";
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
  readonly page: Page;
}

export function useRowMenu(onOpen: (id: string) => void) {
  const [menu, setMenu] = useState<RowMenu>();
  const { page } = useBrowser();
  const open = useRef(onOpen);
  open.current = onOpen;
  const actions = useMemo<RowActions>(
    () => ({
      onOpen: (id) => open.current(id),
      onMenu: (item, anchor) => setMenu({ id: item.id, anchor }),
      page,
    }),
    [page],
  );
  return { menu, actions, close: () => setMenu(undefined) };
}

/** Handlers of one row. */
export function rowHandlers(item: ConversationItem, { onOpen, onMenu, page }: RowActions) {
  return {
    ...longPress(page, (x, y) => onMenu(item, { x, y })),
    onClick: () => onOpen(item.id),
    onContextMenu(event: MouseEvent<HTMLElement>) {
      event.preventDefault();
      const pointed = event.button === 2;
      onMenu(item, pointed ? { x: event.clientX, y: event.clientY } : event.currentTarget);
    },
  };
}
