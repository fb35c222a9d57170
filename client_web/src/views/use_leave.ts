/** A client's way out of the relationship, which says first what it means. */
import { useCallback } from "react";
import type { ChatModel } from "../view_models/chat";
import type { Question } from "./dialogs/confirm";
import type { Overlay } from "./overlays";
import { type Say, useText } from "./text";

/** What is asked before they leave. */
export function leavingQuestion(say: Say, firm: string, onYes: () => Promise<void>): Question {
  return {
    title: say("end.title", { firm }),
    text: say("end.text", { firm }),
    verb: say("end.verb"),
    danger: true,
    doing: say("end.doing"),
    onYes,
  };
}

export function useLeave(model: ChatModel, show: (overlay: Overlay) => void): () => void {
  const say = useText();
  return useCallback(() => {
    const question = leavingQuestion(say, model.firm, () => model.leaveFirm());
    show({ kind: "question", question });
  }, [model, say, show]);
}
