/** One conversation in the list: who, whether anyone is from outside, what is new. */
import { memo } from "react";
import type { ConversationItem } from "../../view_models/conversation_list";
import { Avatar } from "../parts/avatar";
import { IconButton } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Icon } from "../parts/icon";
import { StatusLine } from "../parts/status_line";
import { useFormat, useText } from "../text";
import { PreviewLine } from "./preview";
import s from "./row.module.css";
import { RowMarks } from "./row_marks";
import { type RowActions, rowHandlers } from "./use_row_menu";

interface RowProps {
  item: ConversationItem;
  now: number;
  selected: boolean;
  tabIndex: number;
  actions: RowActions;
}

export const ConversationRow = memo(function ConversationRow(props: RowProps) {
  const { item, now, selected, tabIndex, actions } = props;
  const say = useText();
  const handlers = rowHandlers(item, actions);
  const group = item.kind === "group";
  const other = group ? undefined : item.others[0];
  return (
    <li className={s.item}>
      <button
        type="button"
        className={s.row}
        data-stop=""
        data-unread={item.unread > 0 || item.marked || undefined}
        data-quiet={item.mutedUntil !== undefined || undefined}
        aria-keyshortcuts="Shift+F10"
        tabIndex={tabIndex}
        aria-current={selected || undefined}
        {...handlers}
      >
        <Avatar
          id={other?.id ?? item.id}
          name={item.name}
          picture={item.picture ?? other?.picture}
          group={group}
          outside={item.outside}
          online={other?.online ?? false}
        />
        <span className={s.lines}>
          <span className={s.line}>
            <bdi className={s.title}>{item.name}</bdi>
            {other === undefined ? null : <StatusLine person={other} look="small" />}
            <When item={item} now={now} />
          </span>
          {item.outside ? (
            <span className={s.line}>
              <ClientTag who={item.outsideName} beside={item.name} />
              {item.ended ? <span className={s.left}>{say("list.client_left")}</span> : null}
            </span>
          ) : null}
          <span className={s.line}>
            <PreviewLine item={item} />
            <Waiting item={item} now={now} />
            <RowMarks item={item} />
          </span>
        </span>
      </button>
      <span className={s.more}>
        <IconButton
          icon="more"
          size={18}
          tabIndex={-1}
          label={say("list.menu", { name: item.name })}
          aria-haspopup="menu"
          onClick={(event) => actions.onMenu(item, event.currentTarget)}
        />
      </span>
    </li>
  );
});

function When({ item, now }: { item: ConversationItem; now: number }) {
  const format = useFormat();
  if (item.at === undefined) return null;
  return (
    <time className={s.time} dateTime={item.at} title={format.full(item.at)}>
      {format.ago(item.at, now)}
    </time>
  );
}

function Waiting({ item, now }: { item: ConversationItem; now: number }) {
  const say = useText();
  const format = useFormat();
  if (item.waiting === undefined) return null;
  const since = format.since(item.waiting.since, now);
  return (
    <span
      className={s.waiting}
      data-late={item.waiting.late || undefined}
      title={format.full(item.waiting.since)}
    >
      <Icon name="clock" size={14} />
      <span aria-hidden="true">{since}</span>
      <span className="aside">{say("waiting.since", { since })}</span>
    </span>
  );
}
