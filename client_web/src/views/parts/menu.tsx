/**
 * A menu in the top layer, by the native popover.
 *
 * The popover is "manual": an "auto" one opened by a long press closes when the finger is lifted.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useBrowser } from "../browser";
import { useLayer } from "../layers";
import { focusBeside } from "./focus";
import { Icon, type IconName } from "./icon";
import s from "./menu.module.css";
import { type Anchor, moveFocus, placeBeside } from "./place";

export interface MenuItem {
  readonly key: string;
  readonly label: string;
  /** The language of the label, if it is not the page's. */
  readonly lang?: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  /** Present: one of a set to choose from. */
  readonly checked?: boolean;
  /** A line above this item. */
  readonly parted?: boolean;
  /** A heading above this item. */
  readonly heading?: string;
  /** Stays in sight at the end, whatever scrolls above it. */
  readonly kept?: boolean;
  onSelect(): void;
}

interface MenuProps {
  label: string;
  /** Where it opens: the element that opened it (which gets the focus back), or a point. */
  anchor: Anchor;
  items: readonly MenuItem[];
  /** What stands above the items. */
  head?: ReactNode;
  onClose(): void;
}

/** Not what stands above the items. */
const FIRST = "[role=menuitem]:not([data-head]), [role=menuitemradio]";

/** Open for as long as it is rendered. */
export function Menu({ label, anchor, items, head, onClose }: MenuProps) {
  const { page } = useBrowser();
  const menu = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ x: 0, y: 0 });
  const [more, setMore] = useState(false);
  const kept = items.filter((item) => item.kept);
  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return;
    const before = focusBeside(element);
    element.showPopover();
    setAt(placeBeside(element, anchor, page));
    // It grows when what was just sent comes onto the record meanwhile.
    const grown = new ResizeObserver(() => {
      setMore(goesOn(element));
      if (!(anchor instanceof Element) || anchor.isConnected) {
        setAt(placeBeside(element, anchor, page));
      }
    });
    grown.observe(element);
    // Emoji stand above the items; Enter twice shall not put one on a message.
    element.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      grown.disconnect();
      const inside = element.contains(focusBeside(element) ?? null);
      if (element.isConnected) element.hidePopover();
      if (inside && before instanceof HTMLElement) before.focus();
    };
  }, [anchor, page]);
  useLayer(onClose);
  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && menu.current?.contains(event.target)) return;
      onClose();
    };
    page.events.addEventListener("pointerdown", onPointerDown, true);
    return () => page.events.removeEventListener("pointerdown", onPointerDown, true);
  }, [onClose, page]);
  return (
    <div
      ref={menu}
      popover="manual"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      className={s.menu}
      data-more={more || undefined}
      style={{ "--x": `${at.x}px`, "--y": `${at.y}px` } as object}
      onScroll={(event) => setMore(goesOn(event.currentTarget))}
      onKeyDown={(event) => onMenuKey(event, onClose)}
    >
      {head}
      <MenuRows items={items.filter(({ kept }) => !kept)} onClose={onClose} />
      {kept.length === 0 ? null : (
        <div role="none" className={s.kept}>
          <MenuRows items={kept} onClose={onClose} />
        </div>
      )}
    </div>
  );
}

const HARDLY_PX = 8;

/** Whether some of it lies below what is seen. */
function goesOn({ scrollHeight, scrollTop, clientHeight }: Element): boolean {
  return scrollHeight - scrollTop - clientHeight > HARDLY_PX;
}

function MenuRows({ items, onClose }: { items: readonly MenuItem[]; onClose(): void }) {
  return items.map((item) => <MenuRow key={item.key} item={item} onClose={onClose} />);
}

function MenuRow({ item, onClose }: { item: MenuItem; onClose(): void }) {
  return (
    <>
      {item.parted ? <hr className={s.rule} /> : null}
      {item.heading === undefined ? null : (
        <div className={s.heading} aria-hidden="true">
          {item.heading}
        </div>
      )}
      <button
        type="button"
        {...(item.checked === undefined
          ? { role: "menuitem" }
          : { role: "menuitemradio", "aria-checked": item.checked })}
        tabIndex={-1}
        lang={item.lang}
        className={s.item}
        data-danger={item.danger || undefined}
        onClick={() => {
          onClose();
          item.onSelect();
        }}
      >
        {item.icon === undefined ? <span className={s.gap} /> : <Icon name={item.icon} size={18} />}
        <span className={s.label}>{item.label}</span>
        {item.checked ? <Icon name="check" size={16} /> : null}
      </button>
    </>
  );
}

function onMenuKey(event: KeyboardEvent<HTMLElement>, onClose: () => void) {
  if (event.key === "Tab" || event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    onClose();
    return;
  }
  if (moveFocus(event.currentTarget, "[role^=menuitem]", event.key)) {
    event.preventDefault();
    event.stopPropagation();
  }
}
