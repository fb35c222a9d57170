/** Search in the open conversation: whether it is open, and the ways in and out. */
import { useEffect, useRef, useState } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";
import { focusBeside } from "./parts/focus";

export type FindUse = ReturnType<typeof useFind>;

export function useFind(model: ChatModel, conversation: ConversationModel | undefined) {
  // The field that searches everywhere.
  const search = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<string>();
  const [moving, setMoving] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const open = conversation !== undefined && asked === conversation.id;
  useEffect(() => {
    if (!moving) return;
    setMoving(false);
    search.current?.focus();
  }, [moving]);
  const show = () => {
    if (conversation === undefined) return;
    setAsked(conversation.id);
    field.current?.focus();
    field.current?.select();
  };
  return {
    open,
    search,
    field,
    show,
    close: () => setAsked(undefined),
    /** From the list: opens the conversation as well. */
    showIn: (id: string) => {
      model.open(id);
      setAsked(id);
    },
    /** Whether the key was taken; pressed again in the field, it is the browser's. */
    key: () => {
      if (conversation === undefined || focusBeside(field.current) === field.current) return false;
      show();
      return true;
    },
    everywhere: (query: string) => {
      setAsked(undefined);
      model.list.search(query);
      // On a phone the conversation covers the list.
      if (search.current?.checkVisibility() === false) model.close();
      setMoving(true);
    },
  };
}
