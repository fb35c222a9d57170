/** The sheets about the open conversation. */
import { useEffect, useMemo, useState } from "react";
import type { ConversationModel } from "../../view_models/chat";
import type { Details } from "../../view_models/later";
import type { ChatSheetProps } from "../chat_sheet";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { SheetPart } from "../parts/sheet";
import { useText } from "../text";
import { ClientCheck } from "./client_check";
import { ComplaintsPart } from "./complaints";
import { MediaSheet } from "./media";
import { MembersSheet } from "./members";
import { MessageInfoSheet } from "./message_info";
import { ScheduledSheet } from "./scheduled";
import s from "./sheets.module.css";

interface ConversationSheetProps extends ChatSheetProps {
  conversation: ConversationModel;
  details: Details;
}

export function ConversationSheet(props: ConversationSheetProps) {
  const { sheet } = props;
  if (sheet.kind === "members") return <Members {...props} />;
  if (sheet.kind === "media") return <Media {...props} />;
  if (sheet.kind === "scheduled") return <Planned {...props} />;
  if (sheet.kind === "info") return <Info key={sheet.eventId} {...props} eventId={sheet.eventId} />;
  return null;
}

function Media({ conversation, details, now, onClose }: ConversationSheetProps) {
  const media = useMemo(() => details.media(), [details]);
  return (
    <MediaSheet
      model={media}
      files={conversation.files}
      now={now}
      onShow={(eventId) => {
        onClose();
        conversation.timeline.goTo(eventId);
      }}
      onClose={onClose}
    />
  );
}

function Planned({ details, now, onCopied, onClose }: ConversationSheetProps) {
  const [scheduled] = useState(() => details.scheduled());
  useEffect(() => () => scheduled.close(), [scheduled]);
  return <ScheduledSheet model={scheduled} now={now} onCopied={onCopied} onClose={onClose} />;
}

function MediaButton({ onOpen }: { onOpen(): void }) {
  const say = useText();
  return (
    <SheetPart>
      <div className={s.end}>
        <Button icon="picture" onClick={onOpen}>
          {say("media.open")}
        </Button>
      </div>
    </SheetPart>
  );
}

function Members(props: ConversationSheetProps) {
  const { model, conversation, details, now, onCopied, onClose } = props;
  const { check, members } = details;
  const state = useObserved(members.state);
  const { ended } = useObserved(conversation.summary);
  const day = new Date(now);
  const write = (person: string) => {
    onClose();
    model.openDirect(person);
  };
  const two = (n: number) => String(n).padStart(2, "0");
  return (
    <MembersSheet
      state={state}
      actions={members}
      now={now}
      complaints={
        <ComplaintsPart
          model={conversation.complaints}
          onShow={(id) => {
            onClose();
            conversation.timeline.goTo(id);
          }}
        />
      }
      check={!ended && check && <ClientCheck model={check} now={now} onCopied={onCopied} />}
      onCopied={onCopied}
      today={`${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`}
      media={<MediaButton onOpen={() => props.onSheet({ kind: "media" })} />}
      onWrite={model.mayStart ? write : undefined}
      onPerson={model.isClient ? undefined : (person) => props.onSheet({ kind: "person", person })}
      onClose={onClose}
    />
  );
}

function Info({
  conversation,
  details,
  eventId,
  onClose,
}: ConversationSheetProps & { eventId: string }) {
  const [info] = useState(() => details.info(eventId));
  useEffect(() => () => info.close(), [info]);
  const state = useObserved(info.state);
  const { rows } = useObserved(conversation.timeline.state);
  const row = rows.find((each) => each.kind === "message" && each.eventId === eventId);
  return (
    <MessageInfoSheet
      state={state}
      row={row?.kind === "message" ? row : undefined}
      onRetry={() => info.refresh()}
      onClose={onClose}
    />
  );
}
