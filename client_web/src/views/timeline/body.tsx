/** What a message says, when, and how far it has come. */
import type { Marks, MessageRow } from "../../view_models/timeline";
import { Icon } from "../parts/icon";
import { Ticks } from "../parts/ticks";
import { useFormat, useText } from "../text";
import s from "./body.module.css";
import { isLong, RichText } from "./rich_text";

interface BodyProps {
  row: MessageRow;
  /** It was searched for: where the words are. */
  found: Marks | undefined;
  unfolded: boolean;
  tabIndex: number;
  onUnfold(key: string): void;
}

export function Body({ row, found, unfolded, tabIndex, onUnfold }: BodyProps) {
  const say = useText();
  if (row.removed) {
    return (
      <div className={s.body}>
        <span className={s.removed}>
          <Icon name="hide" size={16} />
          {say("message.removed")}
        </span>
        <Meta row={row} />
      </div>
    );
  }
  const text = row.text ?? "";
  const folded = !unfolded && found === undefined && isLong(text);
  return (
    <div className={s.body}>
      <div className={s.text} data-folded={folded || undefined} dir="auto">
        <RichText text={text} mentions={row.mentions} marks={found} tabIndex={tabIndex} />
        {folded ? null : <Meta row={row} />}
      </div>
      {folded ? (
        <div className={s.foot}>
          <button
            type="button"
            className={s.unfold}
            tabIndex={tabIndex}
            onClick={() => onUnfold(row.key)}
          >
            {say("message.unfold")}
          </button>
          <Meta row={row} />
        </div>
      ) : null}
    </div>
  );
}

function Meta({ row }: { row: MessageRow }) {
  const say = useText();
  const format = useFormat();
  return (
    <span className={s.meta}>
      {row.starred ? (
        <span className={s.star} title={say("message.starred")}>
          <Icon name="star" size={13} />
          <span className="aside">{say("message.starred")}</span>
        </span>
      ) : null}
      {row.editedAt === undefined && row.changing !== "edit" ? null : (
        <span title={row.editedAt === undefined ? undefined : format.full(row.editedAt)}>
          {say("message.edited")}
        </span>
      )}
      <time dateTime={row.at} title={format.full(row.at)}>
        {format.clock(row.at)}
      </time>
      {row.mine ? (
        <Ticks
          tick={row.changing === undefined ? row.tick : "clock"}
          time={row.tick === "clock" ? undefined : format.full(row.at)}
        />
      ) : null}
    </span>
  );
}
