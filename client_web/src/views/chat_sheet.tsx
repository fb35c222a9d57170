/** Whichever sheet is open beside the conversation. */
import { useMemo } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";
import type { OwnHoursModel } from "../view_models/hours";
import type { InvitesModel } from "../view_models/invites";
import type { MessageInfoModel } from "../view_models/message_info";
import type { OwnCopyModel } from "../view_models/own_copy";
import type { PasskeysModel } from "../view_models/passkeys";
import { Chunk } from "./chunk";
import type { Question } from "./dialogs/confirm";
import { Invites } from "./invites_part";
import { loadExtras } from "./load_extras";
import { useObserved } from "./observed";

export type OpenSheet =
  | { readonly kind: "members" }
  | { readonly kind: "devices"; readonly passkeys?: PasskeysModel | undefined }
  | { readonly kind: "copy"; readonly model: OwnCopyModel; readonly language: "en" | "pl" }
  | { readonly kind: "picture" }
  | { readonly kind: "hours"; readonly model: OwnHoursModel }
  | { readonly kind: "invites"; readonly model: InvitesModel }
  | {
      readonly kind: "info";
      readonly conversation: string;
      readonly model: MessageInfoModel;
    };

/** The sheet that fits the open conversation: another one's message is not shown beside it. */
export function fitting(
  sheet: OpenSheet | undefined,
  conversation: ConversationModel | undefined,
): OpenSheet | undefined {
  switch (sheet?.kind) {
    case "members":
      return conversation === undefined ? undefined : sheet;
    case "info":
      return sheet.conversation === conversation?.id ? sheet : undefined;
    default:
      return sheet;
  }
}

interface ChatSheetProps {
  model: ChatModel;
  conversation: ConversationModel | undefined;
  sheet: OpenSheet;
  now: number;
  onAsk(question: Question): void;
  onCopied(): void;
  onClose(): void;
}

export function ChatSheet(props: ChatSheetProps) {
  const { model, conversation, sheet, now, onClose } = props;
  if (sheet.kind === "devices") {
    return <Devices model={model} passkeys={sheet.passkeys} now={now} onClose={onClose} />;
  }
  if (sheet.kind === "picture") return <Picture model={model} onClose={onClose} />;
  if (sheet.kind === "hours") {
    return (
      <Chunk load={loadExtras} onClose={onClose}>
        {(part) => <part.HoursSheet model={sheet.model} onClose={onClose} />}
      </Chunk>
    );
  }
  if (sheet.kind === "invites") return <Invites {...props} invites={sheet.model} chat={model} />;
  if (sheet.kind === "copy") {
    const { model: copy, language } = sheet;
    return (
      <Chunk load={loadExtras} onClose={onClose}>
        {(part) => <part.OwnCopySheet model={copy} language={language} onClose={onClose} />}
      </Chunk>
    );
  }
  if (conversation === undefined) return null;
  if (sheet.kind === "members") {
    return (
      <Members
        key={conversation.id}
        chat={model}
        conversation={conversation}
        now={now}
        onCopied={props.onCopied}
        onClose={onClose}
      />
    );
  }
  const { eventId } = sheet.model;
  return <Info key={eventId} model={sheet.model} conversation={conversation} onClose={onClose} />;
}

interface DevicesProps extends Pick<ChatSheetProps, "model" | "now" | "onClose"> {
  passkeys: PasskeysModel | undefined;
}

function Devices({ model, passkeys, now, onClose }: DevicesProps) {
  const devices = useMemo(() => model.devices(), [model]);
  const state = useObserved(devices.state);
  return (
    <Chunk load={loadExtras} onClose={onClose}>
      {(part) => (
        <part.DevicesSheet
          state={state}
          now={now}
          onSignOut={(id) => devices.signOut(id)}
          onRetry={() => devices.refresh()}
          onClose={onClose}
        >
          {passkeys === undefined ? null : <part.PasskeysPart model={passkeys} now={now} />}
        </part.DevicesSheet>
      )}
    </Chunk>
  );
}

function Picture({ model, onClose }: Pick<ChatSheetProps, "model" | "onClose">) {
  const picture = useMemo(() => model.picture(), [model]);
  const me = useObserved(model.me);
  return (
    <Chunk load={loadExtras} onClose={onClose}>
      {(part) => <part.PictureSheet me={me} model={picture} onClose={onClose} />}
    </Chunk>
  );
}

interface MembersProps {
  chat: ChatModel;
  conversation: ConversationModel;
  now: number;
  onCopied(): void;
  onClose(): void;
}

function Members({ chat, conversation, now, onCopied, onClose }: MembersProps) {
  const { check } = conversation;
  const state = useObserved(conversation.members.state);
  const day = new Date(now);
  const two = (n: number) => String(n).padStart(2, "0");
  return (
    <Chunk load={loadExtras} onClose={onClose}>
      {(part) => (
        <part.MembersSheet
          state={state}
          actions={conversation.members}
          now={now}
          complaints={
            <part.ComplaintsPart
              model={conversation.complaints}
              onShow={(id) => {
                onClose();
                conversation.timeline.goTo(id);
              }}
            />
          }
          check={check && <part.ClientCheck model={check} now={now} onCopied={onCopied} />}
          today={`${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`}
          onWrite={(person) => {
            onClose();
            chat.openDirect(person);
          }}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}

interface InfoProps {
  model: MessageInfoModel;
  conversation: ConversationModel;
  onClose(): void;
}

function Info({ model, conversation, onClose }: InfoProps) {
  const state = useObserved(model.state);
  const { rows } = useObserved(conversation.timeline.state);
  const row = rows.find((each) => each.kind === "message" && each.eventId === model.eventId);
  return (
    <Chunk load={loadExtras} onClose={onClose}>
      {(part) => (
        <part.MessageInfoSheet
          state={state}
          row={row?.kind === "message" ? row : undefined}
          onRetry={() => model.refresh()}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}
