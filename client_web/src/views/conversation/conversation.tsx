/** An open conversation: header, log, composer, and what is asked about a message. */
import { useMemo, useRef } from "react";
import type { ConversationModel } from "../../view_models/chat";
import type { StatusState } from "../../view_models/status";
import { Composer } from "../composer/composer";
import { Confirm } from "../dialogs/confirm";
import { useNow, useObserved } from "../observed";
import { Menu } from "../parts/menu";
import { useText } from "../text";
import { Timeline } from "../timeline/timeline";
import s from "./conversation.module.css";
import { ConversationHeader } from "./header";
import { React } from "./react";
import { TypingLine } from "./typing";
import { useMessageMenu } from "./use_message_menu";

interface ConversationProps {
  model: ConversationModel;
  status: StatusState;
  detailsOpen: boolean;
  onBack(): void;
  onDetails(): void;
  onInfo(eventId: string): void;
  onCopied(): void;
  /** Undefined: this person invites nobody. */
  onInvite: (() => void) | undefined;
}

export function Conversation(props: ConversationProps) {
  const { model, status } = props;
  const say = useText();
  const now = useNow();
  const item = useObserved(model.summary);
  const timeline = useObserved(model.timeline.state);
  const composer = useObserved(model.composer.state);
  const scroller = useRef<HTMLDivElement>(null);
  const menu = useMessageMenu(model, props);
  const menuRow = timeline.rows.find((row) => row.key === menu.open?.key);
  const events = useMemo(() => model.timeline, [model]);
  return (
    <section className={s.pane} aria-label={item.name}>
      <ConversationHeader
        item={item}
        recording={status.recording}
        detailsOpen={props.detailsOpen}
        onBack={props.onBack}
        onDetails={props.onDetails}
      />
      <Timeline
        name={item.name}
        state={timeline}
        now={now}
        actions={menu.actions}
        events={events}
        unfolded={menu.unfolded}
        scroller={scroller}
        onKey={menu.onKey}
      />
      <div className={s.typing}>
        <TypingLine people={timeline.typing} />
      </div>
      <Composer
        state={composer}
        status={status}
        name={item.name}
        onText={(text) => model.composer.setText(text)}
        onSend={() => model.composer.send()}
        onCancel={() => model.composer.cancel()}
        onEditLast={() => model.composer.editLast()}
        onInvite={props.onInvite}
        onDismissNudge={() => model.composer.dismissNudge()}
      />
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
    </section>
  );
}
