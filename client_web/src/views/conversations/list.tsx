/** The pane on the left: search, everything one talks in, and what was found. */
import { type ReactNode, type Ref, useRef } from "react";
import type { ConversationListState } from "../../view_models/conversation_list";
import type { MarkWish } from "../../view_models/marker";
import { Chunk } from "../chunk";
import { loadLog } from "../load_extras";
import { IconButton } from "../parts/button";
import { moveFocus } from "../parts/place";
import { SearchField } from "../parts/search_field";
import { useText } from "../text";
import { Aside } from "./aside";
import s from "./list.module.css";
import { ConversationRow } from "./row";
import { ListEmpty, ListSkeleton } from "./states";
import { useKeptPlace } from "./use_kept_place";
import { type RowActions, useRowMenu } from "./use_row_menu";

export interface ConversationListProps {
  firm: string;
  state: ConversationListState;
  selected?: string | undefined;
  now: number;
  /** The account button. */
  account: ReactNode;
  banner?: ReactNode;
  searchField?: Ref<HTMLInputElement>;
  onQuery(query: string): void;
  onOpen(id: string): void;
  onMark(id: string, wish: MarkWish): void;
  /** Searches in a conversation. */
  onFind(id: string): void;
  /** Shows what was put aside, or everything else again. */
  onAside(aside: boolean): void;
  onOpenHit(conversation: string, eventId: string): void;
  onOpenPerson(id: string): void;
  /** Undefined: this person may not start conversations. */
  onNew?: (() => void) | undefined;
  /** Undefined: this person may not invite clients. */
  onInvites?: (() => void) | undefined;
}

export function ConversationList(props: ConversationListProps) {
  const { state, selected, onNew, onInvites } = props;
  const say = useText();
  const pane = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const notePlace = useKeptPlace(scroller, state.items, `${state.aside} ${state.query}`);
  const searching = state.query !== "";
  const { best } = state;
  const loading = state.loading === "first";
  const { menu, actions, close } = useRowMenu(props.onOpen);
  const chosen = state.items.find(({ id }) => id === menu?.id);
  const again = () => {
    props.onQuery(state.query);
    pane.current?.querySelector("input")?.focus();
  };
  const first = () => pane.current?.querySelector<HTMLElement>("[data-stop]");
  const enter = () => {
    if (best?.kind === "person") props.onOpenPerson(best.person.id);
    else if (best !== undefined) props.onOpen(best.item.id);
    else if (searching) first()?.click();
  };
  return (
    <nav ref={pane} className={s.pane} aria-label={say("list.label")}>
      <header className={s.head}>
        {props.account}
        <div className={s.name}>
          <h1 className={s.product}>OnRecord</h1>
          <bdi className={s.firm}>{props.firm}</bdi>
        </div>
        {onInvites === undefined ? null : (
          <IconButton icon="invite" label={say("invites.title")} onClick={onInvites} />
        )}
        {onNew === undefined ? null : (
          <IconButton icon="compose" label={say("new.open")} onClick={onNew} />
        )}
      </header>
      <div className={s.search}>
        <SearchField
          label={say("search.label")}
          shortcut="/"
          value={state.query}
          onChange={props.onQuery}
          onLeave={() => first()?.focus()}
          onEnter={enter}
          field={props.searchField}
        />
      </div>
      {props.banner}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys among the buttons inside */}
      <div
        ref={scroller}
        className={s.scroller}
        onScroll={notePlace}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
        }}
      >
        {loading ? <ListSkeleton /> : null}
        {state.items.length === 0 && state.archived.count === 0 && !searching && !loading ? (
          <ListEmpty onNew={onNew} />
        ) : null}
        {searching ? null : <Aside state={state} onAside={props.onAside} />}
        {best?.kind === "person" ? (
          <Chunk load={loadLog}>
            {(part) => <part.People state={state} onOpen={props.onOpenPerson} />}
          </Chunk>
        ) : null}
        <Rows state={state} selected={selected} now={props.now} actions={actions} />
        {searching ? (
          <Chunk load={loadLog}>{(part) => <part.Found {...props} onAgain={again} />}</Chunk>
        ) : null}
      </div>
      {menu === undefined || chosen === undefined ? null : (
        <Chunk load={loadLog} onClose={close}>
          {(part) => (
            <part.RowItems
              item={chosen}
              anchor={menu.anchor}
              onFind={() => props.onFind(chosen.id)}
              onMark={(wish) => props.onMark(chosen.id, wish)}
              onClose={close}
            />
          )}
        </Chunk>
      )}
    </nav>
  );
}

type RowsProps = Pick<ConversationListProps, "state" | "selected" | "now"> & {
  actions: RowActions;
};

function Rows({ state, selected, now, actions }: RowsProps) {
  const say = useText();
  const { items } = state;
  if (items.length === 0) return null;
  const stop = items.some((item) => item.id === selected) ? selected : items[0]?.id;
  return (
    <ul className={s.rows} aria-label={say("list.label")}>
      {items.map((item) => (
        <ConversationRow
          key={item.id}
          item={item}
          now={now}
          selected={item.id === selected}
          tabIndex={item.id === stop ? 0 : -1}
          actions={actions}
        />
      ))}
    </ul>
  );
}
