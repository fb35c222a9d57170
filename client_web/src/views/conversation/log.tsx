/** What was said, who is typing, and what is asked about a message. */
import { useMemo } from "react";
import type { ConversationModel } from "../../view_models/chat";
import { Confirm } from "../dialogs/confirm";
import { useNow, useObserved } from "../observed";
import { Menu } from "../parts/menu";
import { useText } from "../text";
import { Timeline } from "../timeline/timeline";
import s from "./log.module.css";
import { React } from "./react";
import { TypingLine } from "./typing";
import { useMessageMenu } from "./use_message_menu";

interface LogProps {
  model: ConversationModel;
  /** What the conversation is called. */
  name: string;
  onInfo(eventId: string): void;
  onCopied(): void;
  /** Undefined: this person invites nobody. */
  onInvite: (() => void) | undefined;
}

export function Log(props: LogProps) {
  const { model, name } = props;
  const say = useText();
  const now = useNow();
  const timeline = useObserved(model.timeline.state);
  const menu = useMessageMenu(model, props);
  const menuRow = timeline.rows.find((row) => row.key === menu.open?.key);
  const events = useMemo(() => model.timeline, [model]);
  return (
    <>
      <Timeline
        name={name}
        state={timeline}
        now={now}
        actions={menu.actions}
        events={events}
        unfolded={menu.unfolded}
        onKey={menu.onKey}
      />
      <div className={s.typing}>
        <TypingLine people={timeline.typing} />
      </div>
      {menu.open === undefined || menuRow?.kind !== "message" ? null : (
        <Menu
          label={say("message.menu")}
          anchor={menu.open.anchor}
          items={menu.items(menuRow)}
          head={menuRow.can.react ? <React row={menuRow} onPick={menu.react(menuRow)} /> : null}
          onClose={menu.close}
        />
      )}
      {menu.question === undefined ? null : (
        <Confirm question={menu.question} onClose={menu.closeQuestion} />
      )}
    </>
  );
}
