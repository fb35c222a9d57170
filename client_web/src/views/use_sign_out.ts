/** Signing out, which asks first while messages wait to be sent. */
import { useCallback } from "react";
import type { ChatModel } from "../view_models/chat";
import type { Overlay } from "./overlays";
import { useText } from "./text";

export function useSignOut(model: ChatModel, show: (overlay: Overlay) => void): () => void {
  const say = useText();
  return useCallback(() => {
    void model.signOut(false).then((answer) => {
      if ("done" in answer) return;
      show({
        kind: "question",
        question: {
          title: say("sign_out.unsent.title", { count: answer.unsent }),
          text: say("sign_out.unsent.text"),
          verb: say("sign_out.unsent.verb"),
          danger: true,
          onYes: () => void model.signOut(true),
        },
      });
    });
  }, [model, say, show]);
}
