/** What was said, who is typing, and what is asked about a message. */
import { useCallback, useMemo, useState } from "react";
import type { ConversationModel } from "../../view_models/chat";
import { Chunk } from "../chunk";
import { Confirm } from "../dialogs/confirm";
import { loadExtras, loadPicker, loadViewer } from "../load_extras";
import { useNow, useObserved } from "../observed";
import { Menu } from "../parts/menu";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";
import { Timeline } from "../timeline/timeline";
import s from "./log.module.css";
import { React } from "./react";
import { TypingLine } from "./typing";
import { useMessageMenu } from "./use_message_menu";

export { AccountItems } from "../account/account_items";
export { Crossing } from "../composer/crossing";
export { OrderStop } from "../composer/order_stop";
export { Suggestions } from "../composer/suggestions";
export { Unsent } from "../composer/unsent";
export { Found, People } from "../conversations/found";
export { RowItems } from "../conversations/row_items";
export { Confirm } from "../dialogs/confirm";
export { Tray } from "../files/tray";
export { NewVersion } from "../parts/new_version";
export { PasskeyOffer } from "../parts/passkey_offer";
export { ResetNotice } from "../parts/reset_notice";
export { watchIdle } from "./idle";
export { TheirTime } from "./their_time";

interface LogProps {
  model: ConversationModel;
  /** What the conversation is called. */
  name: string;
  onInfo(eventId: string): void;
  onCopied(): void;
  onOrigin(eventId: string): void;
  onPerson: ((person: string) => void) | undefined;
  /** Undefined: this person invites nobody. */
  onInvite: (() => void) | undefined;
}

export function Log(props: LogProps) {
  const { model, name } = props;
  const say = useText();
  const now = useNow();
  const timeline = useObserved(model.timeline.state);
  const [viewed, setViewed] = useState<Viewed>();
  const [reacting, setReacting] = useState<string>();
  const [reporting, setReporting] = useState<string>();
  const [forwarding, setForwarding] = useState<string>();
  const [proving, setProving] = useState<{ readonly then: () => void }>();
  const menu = useMessageMenu(model, {
    ...props,
    onOpenFile: (eventId, file) => setViewed({ eventId, file }),
    onProve: (then) => setProving({ then }),
    onMoreEmoji: setReacting,
    onForward: setForwarding,
    onReport: setReporting,
  });
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
          head={
            menuRow.can.react ? (
              <React row={menuRow} onPick={menu.react(menuRow)} onMore={menu.more(menuRow)} />
            ) : null
          }
          onClose={menu.close}
        />
      )}
      {menu.question === undefined ? null : (
        <Confirm question={menu.question} onClose={menu.closeQuestion} />
      )}
      {viewed === undefined ? null : (
        <Chunk load={loadViewer} onClose={() => setViewed(undefined)}>
          {(part) => (
            <part.Viewer
              rows={timeline.rows}
              files={model.files}
              start={viewed}
              now={now}
              onClose={() => setViewed(undefined)}
            />
          )}
        </Chunk>
      )}
      {reacting === undefined ? null : (
        <AllEmoji model={model} eventId={reacting} onClose={() => setReacting(undefined)} />
      )}
      {reporting === undefined ? null : (
        <Reporting model={model} eventId={reporting} onClose={() => setReporting(undefined)} />
      )}
      {forwarding === undefined ? null : (
        <Forwarding model={model} eventId={forwarding} onClose={() => setForwarding(undefined)} />
      )}
      {proving === undefined ? null : (
        <Proof model={model} then={proving.then} onClose={() => setProving(undefined)} />
      )}
    </>
  );
}

interface Viewed {
  readonly eventId: string;
  readonly file: string;
}

interface ProofProps {
  model: ConversationModel;
  then(): void;
  onClose(): void;
}

function Proof({ model, then, onClose }: ProofProps) {
  const load = useCallback(() => Promise.all([loadExtras(), model.details()]), [model]);
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, details]) => (
        <part.Prove
          details={details}
          onProved={() => {
            onClose();
            then();
          }}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}

interface OfMessageProps {
  model: ConversationModel;
  eventId: string;
  onClose(): void;
}

function Reporting({ model, eventId, onClose }: OfMessageProps) {
  const load = useCallback(() => Promise.all([loadExtras(), model.details()]), [model]);
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, details]) => <part.Report details={details} eventId={eventId} onClose={onClose} />}
    </Chunk>
  );
}

function Forwarding({ model, eventId, onClose }: OfMessageProps) {
  const load = useCallback(() => Promise.all([loadExtras(), model.details()]), [model]);
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, details]) => <part.Forward details={details} eventId={eventId} onClose={onClose} />}
    </Chunk>
  );
}

function AllEmoji({ model, eventId, onClose }: OfMessageProps) {
  const { language } = usePreferences();
  const load = useCallback(() => loadPicker(language), [language]);
  return (
    <Chunk load={load} onClose={onClose}>
      {(part) => (
        <part.Picker
          groups={part.groups}
          onPick={(emoji) => {
            onClose();
            model.timeline.react(eventId, emoji, true);
          }}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}
