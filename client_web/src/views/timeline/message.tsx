/** One message: own on the right, others' on the left with their name once a run. */
import { memo, useId } from "react";
import type { Marks, MessageRow } from "../../view_models/timeline";
import { MessageFiles } from "../files/message_files";
import { IconButton } from "../parts/button";
import { useText } from "../text";
import type { TimelineActions } from "./actions";
import { By, Face } from "./author";
import { Body } from "./body";
import { ComplaintMark } from "./complaint_mark";
import { Forwarded } from "./forwarded";
import s from "./message.module.css";
import { Quote } from "./quote";
import { Reactions } from "./reactions";
import { ReadingNudge } from "./reading_nudge";
import { Sending } from "./sending";
import { Trouble } from "./trouble";

export interface MessageProps {
  row: MessageRow;
  /** One of the keys that Tab and the arrows reach. */
  active: boolean;
  /** Just jumped to. */
  flash: boolean;
  /** It was searched for: where the words are. */
  found?: Marks | undefined;
  unfolded: boolean;
  actions: TimelineActions;
}

export const Message = memo(function Message(props: MessageProps) {
  const { row, active, flash, found, unfolded, actions } = props;
  const say = useText();
  const id = useId();
  const stop = active ? 0 : -1;
  const notes = [row.complaint && `${id}-complaint`, row.nudge && `${id}-nudge`];
  const described = notes.filter((note) => note !== undefined).join(" ");
  const openMenu = (anchor: Element) => actions.onMenu(row, anchor);
  return (
    <div
      className={s.message}
      data-mine={row.mine || undefined}
      data-first={row.runStart || undefined}
      data-last={row.runEnd || undefined}
      data-flash={flash || undefined}
      data-found={found === undefined ? undefined : true}
    >
      {row.mine ? null : <Face row={row} actions={actions} />}
      {/* biome-ignore lint/a11y/useSemanticElements: an article inside a log, reached by arrows */}
      <div
        role="article"
        className={s.bubble}
        data-key={row.key}
        tabIndex={stop}
        aria-labelledby={`${id}-by ${id}-body`}
        aria-describedby={described || undefined}
        onContextMenu={(event) => actions.onContextMenu(event, row)}
        onFocus={() => actions.onFocus(row.key)}
        {...actions.press(row)}
      >
        <By row={row} id={`${id}-by`} tabIndex={stop} actions={actions} />
        <div id={`${id}-body`}>
          {row.quote === undefined || row.removed ? null : (
            <Quote quote={row.quote} tabIndex={stop} onJump={actions.onJump} />
          )}
          {row.forward === undefined ? null : (
            <Forwarded
              forward={row.forward}
              tabIndex={stop}
              onOrigin={row.can.info ? () => actions.onOrigin(row.eventId) : undefined}
            />
          )}
          {row.broadcast ? <p className={s.many}>{say("message.broadcast")}</p> : null}
          <MessageFiles
            row={row}
            files={actions.files}
            tabIndex={stop}
            onOpen={actions.onOpenFile}
            onProve={actions.onProve}
            onCancel={actions.onDiscard}
            onPlayed={actions.onPlayed}
          />
          <Body
            row={row}
            found={found}
            unfolded={unfolded}
            tabIndex={stop}
            onUnfold={actions.onUnfold}
          />
          {row.removed ? null : <Reactions row={row} tabIndex={stop} onReact={actions.onReact} />}
        </div>
      </div>
      <div className={s.tools}>
        {row.can.reply ? (
          <IconButton
            icon="reply"
            size={18}
            tabIndex={stop}
            label={say("message.reply")}
            onClick={() => actions.onReply(row.eventId)}
          />
        ) : null}
        <IconButton
          icon="more"
          size={18}
          tabIndex={stop}
          label={say("message.menu")}
          aria-haspopup="menu"
          onClick={(event) => openMenu(event.currentTarget)}
        />
      </div>
      <ComplaintMark id={`${id}-complaint`} complaint={row.complaint} mine={row.mine} />
      <Trouble row={row} actions={actions} />
      {row.heldUntil === undefined ? null : <Sending row={row} actions={actions} />}
      <ReadingNudge id={`${id}-nudge`} nudge={row.nudge} tabIndex={stop} actions={actions} />
    </div>
  );
});
