/**
 * An open conversation: header, log, composer.
 *
 * The log is fetched when it is first shown. The composer is not: who opens a conversation types at once.
 */
import { type ReactNode, useCallback, useState } from "react";
import type { ConversationModel } from "../../view_models/chat";
import type { ConversationItem } from "../../view_models/conversation_list";
import type { StatusState } from "../../view_models/status";
import { Chunk } from "../chunk";
import { Composer } from "../composer/composer";
import { Planning, SendLaterButton, WaitingStrip } from "../composer/send_later_part";
import { useFileDrop } from "../composer/use_file_drop";
import { loadExtras, loadLog } from "../load_extras";
import { useNow, useObserved } from "../observed";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import type { FindUse } from "../use_find";
import { NobodyThere, Uncovered } from "./answering";
import s from "./conversation.module.css";
import { ConversationHeader } from "./header";

interface ConversationProps {
  model: ConversationModel;
  status: StatusState;
  detailsOpen: boolean;
  find: FindUse;
  onBack(): void;
  onDetails(): void;
  onInfo(eventId: string): void;
  onCopied(): void;
  /** Goes where a forwarded message comes from. */
  onOrigin(eventId: string): void;
  /** Shows who somebody is; undefined: a client, who sees nobody's profile. */
  onPerson: ((person: string) => void) | undefined;
  /** Shows what is sent later here. */
  onScheduled(): void;
  /** On a phone: shown below the header, where the list cannot be seen. */
  offer: ReactNode;
  /** Undefined: this person invites nobody. */
  onInvite: (() => void) | undefined;
}

export function Conversation(props: ConversationProps) {
  const { model, status } = props;
  const now = useNow();
  const item = useObserved(model.summary);
  const composer = useObserved(model.composer.state);
  const complaints = useObserved(model.complaints.state);
  const [planning, setPlanning] = useState(false);
  const { form } = complaints;
  const addFiles = (files: readonly File[]) => model.composer.addFiles(files);
  const record = useCallback(() => model.composer.record(), [model]);
  const over = useFileDrop(addFiles) && composer.closed === undefined;
  return (
    <section className={s.pane} aria-label={item.name}>
      <ConversationHeader
        item={item}
        recording={status.recording}
        now={now}
        theirs={<Theirs {...props} item={item} now={now} />}
        detailsOpen={props.detailsOpen}
        finding={props.find.open}
        onFind={props.find.open ? props.find.close : props.find.show}
        onBack={props.onBack}
        onDetails={props.onDetails}
      />
      {props.offer ? <div className={s.offer}>{props.offer}</div> : null}
      {props.find.open ? <Finding key={`find ${model.id}`} {...props} name={item.name} /> : null}
      <div className={s.log}>
        <Chunk load={loadLog}>
          {(part) => (
            <part.Log
              key={model.id}
              model={model}
              name={item.name}
              onInfo={props.onInfo}
              onCopied={props.onCopied}
              onOrigin={props.onOrigin}
              onPerson={props.onPerson}
              onInvite={props.onInvite}
            />
          )}
        </Chunk>
      </div>
      <Composer
        key={model.id}
        state={composer}
        status={status}
        name={item.name}
        above={
          <>
            {composer.closed === undefined ? (
              <>
                <Uncovered name={item.uncovered} />
                <NobodyThere view={item.answering} now={now} />
              </>
            ) : null}
            <WaitingStrip
              gist={item.scheduled}
              closed={composer.closed}
              now={now}
              onOpen={props.onScheduled}
            />
          </>
        }
        tray={<ChosenFiles model={model} />}
        callingModel={model.composer.calling}
        beside={composer.canPlan ? <SendLaterButton onOpen={() => setPlanning(true)} /> : null}
        onFiles={addFiles}
        onRecord={record}
        onAgree={() => model.composer.agree()}
        onText={(text) => model.composer.setText(text)}
        onSend={() => model.composer.send()}
        onCancel={() => model.composer.cancel()}
        onCopied={props.onCopied}
        onDiscard={() => model.composer.discard()}
        onTakeBack={() => model.composer.takeBackLast()}
        onEditLast={() => model.composer.editLast()}
        onInvite={props.onInvite}
        onDismissNudge={() => model.composer.dismissNudge()}
        onSendAnyway={() => model.composer.sendAnyway()}
        onGoOn={() => model.composer.goOnWriting()}
      />
      {planning ? <Planning model={model} onClose={() => setPlanning(false)} /> : null}
      {over ? <DropHere name={item.name} /> : null}
      {form === undefined ? null : (
        <Chunk load={loadExtras} onClose={() => model.complaints.close()}>
          {(part) => <part.Complaint state={complaints} form={form} model={model.complaints} />}
        </Chunk>
      )}
    </section>
  );
}

/** Of a colleague, for the firm's people alone. */
function Theirs({ model, item, now, onPerson }: ConversationProps & OfItem) {
  const other = item.kind === "direct" ? item.others[0] : undefined;
  if (!onPerson || other?.kind !== "employee" || other.outside || !other.active) return null;
  return (
    <Chunk load={loadLog} optional>
      {(part) => <part.TheirTime key={other.id} model={model} other={other} now={now} />}
    </Chunk>
  );
}

interface OfItem {
  item: ConversationItem;
  now: number;
}

function Finding({ model, find, name }: ConversationProps & { name: string }) {
  const load = useCallback(() => Promise.all([loadExtras(), model.details()]), [model]);
  return (
    <Chunk load={load} onClose={find.close}>
      {([part, details]) => (
        <part.Find
          details={details}
          name={name}
          field={find.field}
          onEverywhere={find.everywhere}
          onClose={find.close}
        />
      )}
    </Chunk>
  );
}

/** The files that go with the message: drawn by what draws the log. */
function ChosenFiles({ model }: { model: ConversationModel }) {
  const { files, leftOut } = useObserved(model.composer.state);
  if (files.length === 0) return null;
  return (
    <Chunk load={loadLog}>
      {(part) => (
        <part.Tray
          files={files}
          leftOut={leftOut}
          onDrop={(key) => model.composer.dropFile(key)}
          onMeasured={(key, width, height) => model.composer.measured(key, width, height)}
        />
      )}
    </Chunk>
  );
}

function DropHere({ name }: { name: string }) {
  const say = useText();
  return (
    <div className={s.drop} aria-hidden="true">
      <Icon name="attach" size={28} />
      {say("attach.drop", { name })}
    </div>
  );
}
