/** A client's way out of the relationship, which says first what it means. */
import { useCallback } from "react";
import type { ChatModel } from "../view_models/chat";
import type { Overlay } from "./overlays";
import { useText } from "./text";

export function useLeave(model: ChatModel, show: (overlay: Overlay) => void): () => void {
  const say = useText();
  return useCallback(() => {
    const { firm } = model;
    show({
      kind: "question",
      question: {
        title: say("end.title", { firm }),
        text: say("end.text", { firm }),
        verb: say("end.verb"),
        danger: true,
        onYes: () => void model.leaveFirm(),
      },
    });
  }, [model, say, show]);
}
