/** Who has a message, since when, and that it is on the record. */
import type { MessageInfoState, ReceiptView } from "../../view_models/message_info";
import type { MessageRow } from "../../view_models/timeline";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { PersonLines } from "../parts/person_row";
import { Sheet, SheetPart } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface MessageInfoProps {
  state: MessageInfoState;
  /** The message as the timeline has it, if it still does. */
  row?: MessageRow | undefined;
  onRetry(): void;
  onClose(): void;
}

export function MessageInfoSheet({ state, row, onRetry, onClose }: MessageInfoProps) {
  const say = useText();
  const words = useTroubleText();
  const read = state.receipts.filter((each) => each.readAt !== undefined);
  const delivered = state.receipts.filter((each) => each.deliveredAt && !each.readAt);
  const waiting = state.receipts.filter((each) => !each.deliveredAt && !each.readAt);
  return (
    <Sheet title={say("info.title")} onClose={onClose}>
      {row === undefined ? null : (
        <SheetPart>
          <div className={s.quote} data-other={!row.mine || undefined} dir="auto">
            {row.removed ? say("message.removed") : row.text}
          </div>
        </SheetPart>
      )}
      {state.trouble === undefined ? null : (
        <SheetPart>
          <div className={s.add}>
            <Problem text={words(state.trouble)} />
            <Button onClick={onRetry}>{say("message.retry")}</Button>
          </div>
        </SheetPart>
      )}
      <Facts state={state} />
      <Reacted row={row} />
      <Receipts title={say("info.read", { count: read.length })} receipts={read} />
      <Receipts title={say("info.delivered", { count: delivered.length })} receipts={delivered} />
      <Receipts title={say("info.waiting", { count: waiting.length })} receipts={waiting} />
      {state.loading ? (
        <p className="aside" role="status">
          {say("loading")}
        </p>
      ) : null}
    </Sheet>
  );
}

function Facts({ state }: { state: MessageInfoState }) {
  const say = useText();
  const format = useFormat();
  if (state.at === undefined) return null;
  return (
    <SheetPart>
      <dl className={s.facts}>
        <div>
          <dt className={s.recorded}>
            <span className={s.dot} aria-hidden="true" />
            {say("info.recorded")}
          </dt>
          <dd>{format.full(state.at)}</dd>
        </div>
        {state.number === undefined ? null : (
          <div>
            <dt>{say("info.number")}</dt>
            <dd>{format.count(state.number)}</dd>
          </div>
        )}
        {state.edits === 0 ? null : (
          <div>
            <dt>{say("info.edited")}</dt>
            <dd>{say("info.edits", { count: state.edits })}</dd>
          </div>
        )}
      </dl>
    </SheetPart>
  );
}

/** Who put what on it. */
function Reacted({ row }: { row: MessageRow | undefined }) {
  const say = useText();
  if (row === undefined || row.reactions.length === 0) return null;
  return (
    <SheetPart title={say("message.reactions")}>
      <ul className={s.list}>
        {row.reactions.flatMap(({ emoji, people }) =>
          people.map((person) => (
            <li key={`${emoji} ${person.id}`} className={s.member}>
              <PersonLines person={person} note={emoji} />
            </li>
          )),
        )}
      </ul>
    </SheetPart>
  );
}

function Receipts({ title, receipts }: { title: string; receipts: readonly ReceiptView[] }) {
  const format = useFormat();
  if (receipts.length === 0) return null;
  return (
    <SheetPart title={title}>
      <ul className={s.list}>
        {receipts.map((receipt) => {
          const at = receipt.readAt ?? receipt.deliveredAt;
          return (
            <li key={receipt.person.id} className={s.member}>
              <PersonLines
                person={receipt.person}
                note={at === undefined ? undefined : <time dateTime={at}>{format.full(at)}</time>}
              />
            </li>
          );
        })}
      </ul>
    </SheetPart>
  );
}
