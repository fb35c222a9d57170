/** The line that a newer version is ready, while nothing lies over the chat that would be lost. */
import type { ReactNode } from "react";
import type { ChatModel } from "../view_models/chat";
import type { UpdateModel } from "../view_models/update";
import { Chunk } from "./chunk";
import { loadLog } from "./load_extras";
import { useObserved } from "./observed";

export function useUpdate(model: ChatModel, covered: boolean): ReactNode {
  const update = useObserved(model.update);
  return update === undefined || covered ? null : <Ready update={update} />;
}

function Ready({ update }: { update: UpdateModel }) {
  const ready = useObserved(update.ready);
  // It is there before it says something, so that a screen reader hears it.
  return (
    <div role="status">
      {ready ? (
        <Chunk load={loadLog} optional>
          {(part) => <part.NewVersion onTake={() => void update.take()} />}
        </Chunk>
      ) : null}
    </div>
  );
}
