/** What a client is told beside the list: a reset that waits, else the offer of a passkey. */
import type { ReactNode } from "react";
import type { ChatModel } from "../view_models/chat";
import type { OpenSheet } from "./chat_sheet";
import { Chunk } from "./chunk";
import { loadLog } from "./load_extras";
import { useObserved } from "./observed";

export function useOffer(model: ChatModel, setSheet: (sheet: OpenSheet) => void): ReactNode {
  const offered = useObserved(model.offer);
  const { waiting, over } = useObserved(model.reset.state);
  if (waiting !== undefined || over === true) {
    return (
      <Chunk load={loadLog} optional>
        {(part) => <part.ResetNotice model={model.reset} />}
      </Chunk>
    );
  }
  if (!offered) return null;
  const add = () => {
    model.closeOffer(false);
    setSheet({ kind: "devices", adding: true });
  };
  return (
    <Chunk load={loadLog} optional>
      {(part) => <part.PasskeyOffer onAdd={add} onNotNow={() => model.closeOffer(true)} />}
    </Chunk>
  );
}
