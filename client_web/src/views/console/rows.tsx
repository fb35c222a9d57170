/** The records of a transcript in fixed columns: number, time, who, what. */

import { memo, useEffect, useMemo, useRef } from "react";
import { broadcastAddress } from "../../view_models/console/broadcasts";
import { cameFrom } from "../../view_models/console/came_from";
import { calledThen, type Line, linesOf, wasOutside } from "../../view_models/console/lines";
import type { Reading } from "../../view_models/console/place";
import type { OpenedRange, TranscriptRow } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { ClientTag } from "../parts/client_tag";
import { Icon } from "../parts/icon";
import { usePreferences } from "../preferences_context";
import { useKnownId, useText } from "../text";
import { clockOf } from "./instant";
import { Recipients } from "./recipients";
import s from "./rows.module.css";
import { Visible } from "./visible";

/** Rows out of sight have an estimated height: those that come into it may push the target away. */
const SETTLING_FRAMES = 6;

interface LinesProps {
  bench: Workbench;
  range: OpenedRange;
  rows: readonly TranscriptRow[];
  at: number | undefined;
}

export function Lines({ bench, range, rows, at }: LinesProps) {
  const { language } = usePreferences();
  const { desk, look } = bench;
  const lines = useMemo(
    () => linesOf(range, rows, language, (id) => desk.nameOf(id)),
    [range, rows, language, desk],
  );
  const list = useRef<HTMLOListElement>(null);
  const there = at !== undefined && lines.some(({ row }) => row.conv_seq === at);
  useEffect(() => {
    if (!there) return;
    const target = list.current?.querySelector(`[data-seq="${at}"]`);
    let left = SETTLING_FRAMES;
    const settle = () => {
      target?.scrollIntoView({ block: "start" });
      left -= 1;
      if (left > 0) frame = requestAnimationFrame(settle);
    };
    let frame = requestAnimationFrame(settle);
    return () => cancelAnimationFrame(frame);
  }, [there, at]);
  return (
    <ol ref={list} className={s.rows}>
      {lines.map((line) => (
        <Row key={line.row.conv_seq} line={line} here={line.row.conv_seq === at} onLook={look} />
      ))}
    </ol>
  );
}

interface RowProps {
  line: Line;
  here: boolean;
  onLook(reading: Reading): void;
}

const Row = memo(function Row({ line, here, onLook }: RowProps) {
  const { row, day, who } = line;
  return (
    <>
      {day === undefined ? null : <li className={s.day}>{day} UTC</li>}
      <li
        className={s.row}
        data-seq={row.conv_seq}
        data-note={!line.message || undefined}
        aria-current={here || undefined}
      >
        <span className={s.number}>{row.conv_seq}</span>
        <time className={s.time} dateTime={row.at} title={row.at}>
          {row.at.slice(11, 19)}
        </time>
        <bdi className={s.who}>
          {who} {wasOutside(row.actor) ? <ClientTag /> : null}
        </bdi>
        <div className={s.what}>
          {line.message ? <Message row={row} onLook={onLook} /> : <Note line={line} />}
          {line.recipients.length === 0 ? null : <Recipients line={line} onLook={onLook} />}
          <Noted row={row} />
        </div>
      </li>
    </>
  );
});

/** What the record keeps of where a message comes from; else what its readers were told. */
function SentOn({ row }: { row: TranscriptRow }) {
  const say = useText();
  if (row.forward === undefined) return null;
  const { place, number, who, at } = cameFrom(row) ?? {};
  return (
    <p className={s.meta}>
      {place === undefined || number === undefined || who === undefined || at === undefined
        ? say("console.row.forward", { at: clockOf(row.forward.at) })
        : say("console.row.forwarded", { place, number, who, at: clockOf(at) })}
    </p>
  );
}

/** A message that is one of many with the same text: to whom the others went is another look. */
function OneOfMany({ row: { broadcast }, onLook }: MessageProps) {
  const say = useText();
  if (broadcast === undefined) return null;
  const reading = { conversation: broadcastAddress(broadcast), fromDay: "", toDay: "" };
  return (
    <p className={s.meta}>
      {say("console.broadcast.part")}{" "}
      <button type="button" className={s.look} onClick={() => onLook(reading)}>
        {say("console.broadcast.open")}
      </button>
    </p>
  );
}

interface MessageProps {
  row: TranscriptRow;
  onLook(reading: Reading): void;
}

function Message({ row, onLook }: MessageProps) {
  const say = useText();
  return (
    <>
      {row.reply_to === undefined ? null : (
        <blockquote className={s.quote}>
          {say("console.row.reply", { number: row.reply_to.conv_seq })}{" "}
          <bdi>
            <Visible text={row.reply_to.text ?? ""} />
          </bdi>
        </blockquote>
      )}
      <SentOn row={row} />
      <OneOfMany row={row} onLook={onLook} />
      <p className={s.text} dir="auto">
        <Visible text={row.text ?? ""} />
      </p>
      {(row.changes ?? []).map((change) => (
        <div
          key={change.conv_seq}
          className={s.change}
          data-removal={change.text === undefined || undefined}
        >
          <p className={s.meta}>
            {say(change.text === undefined ? "console.chain.removed" : "console.chain.edited", {
              who: calledThen(change.actor),
              at: clockOf(change.at),
              number: change.conv_seq,
            })}
          </p>
          {change.text === undefined ? null : (
            <p className={s.text} dir="auto">
              <Visible text={change.text} />
            </p>
          )}
        </div>
      ))}
    </>
  );
}

/** What the firm's rules noted about it: no member of the conversation sees that. */
function Noted({ row }: { row: TranscriptRow }) {
  const say = useText();
  const known = useKnownId();
  const signText = (sign: string) => {
    const id = known(`console.sign.${sign}`);
    return id === undefined ? sign : say(id);
  };
  return (row.notes ?? []).map((note) => (
    <p key={note.event_id} className={s.noted}>
      <Icon name="flag" size={14} />
      <span>
        {say(known(`console.noted.${note.type}`) ?? "console.noted.other", {
          at: clockOf(note.at),
          number: note.number,
          type: note.type,
          signs: note.signs.map(signText).join(", "),
        })}
      </span>
    </p>
  ));
}

function Note({ line: { row, values, said } }: { line: Line }) {
  const say = useText();
  const known = useKnownId();
  return (
    <>
      <p>{say(known(`console.row.${row.type}`) ?? "console.row.other", values)}</p>
      {said === undefined ? null : (
        <p className={s.text} dir="auto">
          <Visible text={said} />
        </p>
      )}
    </>
  );
}
