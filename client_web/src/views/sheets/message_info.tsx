/** Who has a message, since when, and that it is on the record. */
import { useRef, useState } from "react";
import type { MessageInfoState, ReceiptView } from "../../view_models/message_info";
import type { MessageRow } from "../../view_models/timeline";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { PersonLines } from "../parts/person_row";
import { Sheet, SheetPart } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

/** Rows of one list at once; a group may have hundreds. */
const PAGE = 50;

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
  const { played, read, delivered, waiting } = state;
  return (
    <Sheet title={say("info.title")} onClose={onClose}>
      {row === undefined || !(row.removed || row.text) ? null : (
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
      <Receipts title={say("info.played", { count: played.length })} receipts={played} />
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
  const say = useText();
  const [shown, show] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);
  if (receipts.length === 0) return null;
  const hidden = receipts.length - shown;
  const more = () => {
    show(shown + PAGE);
    // The button may be gone; what it showed begins at the last row of before.
    list.current?.querySelector<HTMLElement>("li:last-child")?.focus();
  };
  return (
    <SheetPart title={title}>
      <ul className={s.list} ref={list}>
        {receipts.slice(0, shown).map((receipt) => (
          <li key={receipt.person.id} className={s.member} tabIndex={-1}>
            <PersonLines person={receipt.person} note={<Times receipt={receipt} />} />
          </li>
        ))}
      </ul>
      {hidden > 0 ? (
        <div className={s.end}>
          <Button onClick={more}>{say("info.more", { count: Math.min(hidden, PAGE) })}</Button>
        </div>
      ) : null}
    </SheetPart>
  );
}

/** When it was played or read, and what came before that. */
function Times({ receipt: { playedAt, readAt, deliveredAt } }: { receipt: ReceiptView }) {
  const format = useFormat();
  const first = playedAt ?? readAt ?? deliveredAt;
  if (first === undefined) return null;
  return (
    <>
      <time dateTime={first}>{format.full(first)}</time>
      {readAt === first ? null : <Earlier said="info.read_at" at={readAt} />}
      {deliveredAt === (readAt ?? first) ? null : (
        <Earlier said="info.delivered_at" at={deliveredAt} />
      )}
    </>
  );
}

interface EarlierProps {
  said: "info.read_at" | "info.delivered_at";
  at: string | undefined;
}

function Earlier({ said, at }: EarlierProps) {
  const say = useText();
  const format = useFormat();
  if (at === undefined) return null;
  return (
    <>
      <br />
      <time dateTime={at}>{say(said, { time: format.full(at) })}</time>
    </>
  );
}
