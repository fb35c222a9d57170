/** What the text field does while names are offered: keys and caret. */
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef } from "react";
import type { CallingModel, CallingState } from "../../view_models/calling";
import { useText } from "../text";

export interface CallingUse {
  field: RefObject<HTMLTextAreaElement | null>;
  state: CallingState | undefined;
  model: CallingModel;
  onText(text: string): void;
}

export function useCalling({ field, state, model, onText }: CallingUse) {
  const say = useText();
  const id = useId();
  const wanted = useRef<number>(undefined);
  // The caret goes behind the name once that stands there.
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    field.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = undefined;
  });
  const take = (at?: number) => {
    const taken = model.take(say("mention.all"), at);
    if (taken === undefined) return;
    wanted.current = taken.caret;
    onText(taken.text);
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (state === undefined) return false;
    const { value = "", selectionStart } = field.current ?? {};
    if (!model.stands(value, selectionStart ?? 0)) {
      model.caret(value, selectionStart ?? 0);
      return false;
    }
    if (event.key === "ArrowDown") model.move(1);
    else if (event.key === "ArrowUp") model.move(-1);
    else if (event.key === "Escape") model.close();
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const onCaret = () => {
    const { value, selectionStart, selectionEnd } = field.current ?? {};
    if (value === undefined || selectionStart !== selectionEnd) return;
    model.caret(value, selectionStart ?? value.length);
  };
  return { id, take, onKey, onCaret };
}
