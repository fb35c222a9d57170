/** Whichever sheet is open beside the conversation; what it shows is fetched with its model. */
import { useCallback } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";
import { Chunk } from "./chunk";
import type { Question } from "./dialogs/confirm";
import { loadExtras } from "./load_extras";

export type OpenSheet =
  | { readonly kind: "members" }
  | { readonly kind: "media" }
  | { readonly kind: "scheduled" }
  /** `adding`: a passkey is made at once. */
  | { readonly kind: "devices"; readonly adding?: boolean }
  | { readonly kind: "copy" }
  | { readonly kind: "letters" }
  | { readonly kind: "lock" }
  | { readonly kind: "picture" }
  | { readonly kind: "starred" }
  | { readonly kind: "people" }
  | { readonly kind: "status" }
  /** `found`: closed, it is the directory again. */
  | { readonly kind: "person"; readonly person: string; readonly found?: true }
  | { readonly kind: "hours" }
  | { readonly kind: "invites"; readonly page: "list" | "form" }
  | { readonly kind: "info"; readonly conversation: string; readonly eventId: string };

const OF_CONVERSATION = new Set<OpenSheet["kind"]>(["members", "media", "scheduled", "info"]);

/** The sheet that fits the open conversation: another one's message is not shown beside it. */
export function fitting(
  sheet: OpenSheet | undefined,
  conversation: ConversationModel | undefined,
): OpenSheet | undefined {
  switch (sheet?.kind) {
    case "members":
    case "media":
    case "scheduled":
      return conversation === undefined ? undefined : sheet;
    case "info":
      return sheet.conversation === conversation?.id ? sheet : undefined;
    default:
      return sheet;
  }
}

export interface ChatSheetProps {
  model: ChatModel;
  conversation: ConversationModel | undefined;
  sheet: OpenSheet;
  now: number;
  onAsk(question: Question): void;
  /** Another sheet in this one's place. */
  onSheet(sheet: OpenSheet): void;
  onCopied(): void;
  onClose(): void;
}

export function ChatSheet(props: ChatSheetProps) {
  const { conversation, sheet } = props;
  if (!OF_CONVERSATION.has(sheet.kind)) return <OwnSheet {...props} />;
  if (conversation === undefined) return null;
  return <ConversationSheet key={conversation.id} {...props} conversation={conversation} />;
}

function OwnSheet(props: ChatSheetProps) {
  const { model, onClose } = props;
  const load = useCallback(() => Promise.all([loadExtras(), model.later()]), [model]);
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, later]) => <part.OwnSheet {...props} later={later} />}
    </Chunk>
  );
}

function ConversationSheet(props: ChatSheetProps & { conversation: ConversationModel }) {
  const { conversation, onClose } = props;
  const load = useCallback(
    () => Promise.all([loadExtras(), conversation.details()]),
    [conversation],
  );
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, details]) => <part.ConversationSheet {...props} details={details} />}
    </Chunk>
  );
}
