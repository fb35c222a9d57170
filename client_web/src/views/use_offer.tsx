/** The offer of a passkey; taken up, it is made beside the devices. */
import type { ReactNode } from "react";
import type { ChatModel } from "../view_models/chat";
import type { OpenSheet } from "./chat_sheet";
import { Chunk } from "./chunk";
import { loadLog } from "./load_extras";
import { useObserved } from "./observed";

export function useOffer(model: ChatModel, setSheet: (sheet: OpenSheet) => void): ReactNode {
  const offered = useObserved(model.offer);
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
