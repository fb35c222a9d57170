/** Everything after sign-in. */
import { useCallback, useState } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";
import type { ConversationListState } from "../view_models/conversation_list";
import type { MarkWish } from "../view_models/marker";
import { AccountMenu } from "./account/account_menu";
import { ChatSheet, fitting, type OpenSheet } from "./chat_sheet";
import { ChatToasts } from "./chat_toasts";
import { Conversation } from "./conversation/conversation";
import { NothingOpen } from "./conversation/empty";
import { Connection } from "./conversations/connection";
import { ConversationList } from "./conversations/list";
import { LayersContext } from "./layers";
import { usePrefetch } from "./load_extras";
import { useNow, useObserved } from "./observed";
import { type Overlay, Overlays } from "./overlays";
import { usePreferences } from "./preferences_context";
import { Shell } from "./shell";
import { useBack } from "./use_back";
import { type FindUse, useFind } from "./use_find";
import { useLeave } from "./use_leave";
import { useOffer } from "./use_offer";
import { useShortcuts } from "./use_shortcuts";
import { useSignOut } from "./use_sign_out";
import { useUpdate } from "./use_update";

/** What the menu of a conversation in the list sets off, and what one notes for oneself. */
function notingIn(model: ChatModel, find: FindUse) {
  return {
    onFind: find.showIn,
    onMark: (id: string, wish: MarkWish) => model.mark(id, wish),
    onAside: (aside: boolean) => model.list.showAside(aside),
  };
}

/** Which sheet is open; whoever opens it again closes it. */
function useSheet(model: ChatModel, conversation: ConversationModel | undefined) {
  const [asked, setSheet] = useState<OpenSheet>();
  const sheet = fitting(asked, conversation);
  const openSheet = (next: OpenSheet) => {
    const other = next.kind === "info" || next.kind === "person";
    setSheet(sheet?.kind === next.kind && !other ? undefined : next);
  };
  // Clients see nobody's profile.
  const forStaff = {
    onPerson: (person: string) => openSheet({ kind: "person", person }),
    onPeople: () => openSheet({ kind: "people" }),
    onStatus: () => openSheet({ kind: "status" }),
  };
  const forAll = {
    onStarred: () => openSheet({ kind: "starred" }),
    onPicture: () => openSheet({ kind: "picture" }),
    onDevices: () => openSheet({ kind: "devices" }),
    onLetters: () => openSheet({ kind: "letters" }),
    onAppLock: () => openSheet({ kind: "lock" }),
    onLock: () => model.lockNow(),
  };
  return { sheet, setSheet, openSheet, ...forAll, ...(model.isClient ? NOBODY : forStaff) };
}

/** Whether this is a client with whom nobody has begun. */
function waits({ mayStart }: ChatModel, { items, archived, query }: ConversationListState) {
  return !mayStart && query === "" && items.length + archived.count === 0;
}

const NOBODY = { onPerson: undefined, onPeople: undefined, onStatus: undefined };

export function ChatScreen({ model }: { model: ChatModel }) {
  usePrefetch(useCallback((on: boolean) => model.idle(on), [model]));
  const now = useNow();
  const preferences = usePreferences();
  const me = useObserved(model.me);
  const status = useObserved(model.status.state);
  const list = useObserved(model.list.state);
  const conversation = useObserved(model.conversation);
  const { sheet, setSheet, openSheet, onPerson, ...ofAccount } = useSheet(model, conversation);
  const [overlay, setOverlay] = useState<Overlay | undefined>(() =>
    model.joining === undefined ? undefined : { kind: "join", link: model.joining },
  );
  const [copied, setCopied] = useState(false);
  const closeSheet = () => setSheet(undefined);
  const find = useFind(model, conversation);
  const over = sheet !== undefined ? closeSheet : find.open ? find.close : undefined;
  const { back, layers } = useBack({ conversation, model, closeOver: over });
  const signOut = useSignOut(model, setOverlay);
  const onLeave = useLeave(model, setOverlay);
  const opening = (kind: "tour" | "new" | "help" | "shortcuts" | "switcher") => () =>
    setOverlay({ kind });
  const onEditLast = () => conversation?.composer.editLast();
  const { onLock } = ofAccount;
  useShortcuts({ search: find.search, onFind: find.key, opening, onEditLast, onLock });
  const forClient = { onCopy: () => openSheet({ kind: "copy" }), onLeave };
  const openInvites = (page: "list" | "form") => setSheet({ kind: "invites", page });
  const offer = useOffer(model, setSheet);
  const update = useUpdate(model, sheet !== undefined || overlay !== undefined);
  return (
    <LayersContext value={layers}>
      <Shell
        mainOpen={conversation !== undefined}
        list={
          <ConversationList
            firm={model.firm}
            state={list}
            selected={conversation?.id}
            now={now}
            searchField={find.search}
            account={
              <AccountMenu
                me={me}
                preferences={preferences}
                {...ofAccount}
                onHours={model.hasHours ? () => openSheet({ kind: "hours" }) : undefined}
                onHelp={opening("help")}
                onShortcuts={() => setOverlay({ kind: "shortcuts" })}
                onTour={opening("tour")}
                forClient={model.isClient ? forClient : undefined}
                onSignOut={signOut}
              />
            }
            banner={
              <>
                <Connection status={status} {...waysOn(model)} />
                {update}
                {offer}
              </>
            }
            onQuery={(query) => model.list.search(query)}
            onOpen={(id) => model.open(id)}
            {...notingIn(model, find)}
            onOpenHit={(id, eventId) => model.open(id, eventId)}
            onOpenPerson={(id) => model.openDirect(id)}
            onNew={model.mayStart ? opening("new") : undefined}
            onInvites={model.mayInvite ? () => openInvites("list") : undefined}
          />
        }
        main={
          conversation === undefined ? (
            <NothingOpen waits={waits(model, list)} onTour={opening("tour")} />
          ) : (
            <Conversation
              model={conversation}
              status={status}
              detailsOpen={sheet?.kind === "members"}
              find={find}
              onBack={back}
              onDetails={() => openSheet({ kind: "members" })}
              onInfo={(eventId) =>
                openSheet({ kind: "info", conversation: conversation.id, eventId })
              }
              offer={offer}
              onCopied={() => setCopied(true)}
              onOrigin={(eventId) => void model.openOrigin(eventId)}
              onPerson={onPerson}
              onScheduled={() => openSheet({ kind: "scheduled" })}
              onInvite={model.mayInvite ? () => openInvites("form") : undefined}
            />
          )
        }
        sheet={
          sheet === undefined ? undefined : (
            <ChatSheet
              model={model}
              conversation={conversation}
              sheet={sheet}
              now={now}
              onSheet={setSheet}
              onAsk={(question) => setOverlay({ kind: "question", question })}
              onCopied={() => setCopied(true)}
              onClose={closeSheet}
            />
          )
        }
      />
      <Overlays
        model={model}
        overlay={overlay}
        onInvite={model.mayInvite ? () => openInvites("form") : undefined}
        onMessages={() => find.search.current?.focus()}
        onClose={() => setOverlay(undefined)}
      />
      <ChatToasts model={model.toasts} copied={copied} onCopiedGone={() => setCopied(false)} />
    </LayersContext>
  );
}

function waysOn(model: ChatModel) {
  return {
    onRetry: () => model.status.retryNow(),
    onShow: (id: string, eventId: string) => model.open(id, eventId),
  };
}
