/** What is offered while one writes: members after an @, emoji by their names; with its keys. */
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
} from "react";
import { focusBeside } from "../parts/focus";
import { Calling } from "./calling";
import { Shortcodes } from "./shortcodes";
import { type CallingUse, useCalling } from "./use_calling";
import { useShortcodes } from "./use_shortcodes";

/** What the text field hands on. */
export interface SuggestionKeys {
  /** Whether the key was for what is offered. */
  onKey(event: KeyboardEvent): boolean;
  onCaret(): void;
}

/** The list that is offered, and its option that Enter takes, as the text field names them. */
export interface Offered {
  readonly list: string;
  readonly option: string;
}

interface SuggestionsProps extends CallingUse {
  ref: Ref<SuggestionKeys>;
  onOffered(offered: Offered | undefined): void;
}

export function Suggestions({ ref, onOffered, ...use }: SuggestionsProps) {
  const { state, field } = use;
  const calling = useCalling(use);
  const codes = useShortcodes(field);
  const onCaret = () => {
    calling.onCaret();
    codes.onCaret();
  };
  useImperativeHandle(ref, () => ({
    onKey: (event) => calling.onKey(event) || codes.onKey(event),
    onCaret,
  }));
  useTypedMeanwhile(use, onCaret);
  const shown = codes.list ?? (state && { id: calling.id, active: state.active });
  const { id: list, active } = shown ?? {};
  useLayoutEffect(() => {
    onOffered(list === undefined ? undefined : { list, option: `${list}-${active}` });
  }, [list, active, onOffered]);
  return (
    <>
      {state === undefined ? null : <Calling id={calling.id} state={state} onTake={calling.take} />}
      {codes.list === undefined ? null : <Shortcodes {...codes.list} onTake={codes.take} />}
    </>
  );
}

/** What was typed before this was fetched is taken up. */
function useTypedMeanwhile({ field }: CallingUse, onCaret: () => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is there
  useEffect(() => {
    if (focusBeside(field.current) === field.current) onCaret();
  }, []);
}
