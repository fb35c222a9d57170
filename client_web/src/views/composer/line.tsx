/** The line in which one writes: files, the text, and sending it or recording instead. */
import type { ClipboardEvent, KeyboardEvent, RefObject } from "react";
import { type Page, useBrowser } from "../browser";
import { Chunk } from "../chunk";
import { loadRecorder } from "../load_extras";
import { IconButton } from "../parts/button";
import { useText } from "../text";
import { Attach } from "./attach";
import type { ComposerProps } from "./composer";
import s from "./composer.module.css";
import { Mic } from "./mic";
import type { Offered, SuggestionKeys } from "./suggestions";
import { useRecording } from "./use_recording";
import { wrapsByKey } from "./wrap_keys";

type LineProps = Pick<
  ComposerProps,
  | "state"
  | "name"
  | "beside"
  | "onText"
  | "onFiles"
  | "onSend"
  | "onCancel"
  | "onTakeBack"
  | "onEditLast"
  | "onRecord"
> & {
  field: RefObject<HTMLTextAreaElement | null>;
  keys: RefObject<SuggestionKeys | null>;
  offered: Offered | undefined;
};

export function Line(props: LineProps) {
  const { state, name, field, keys, offered } = props;
  const say = useText();
  const { page } = useBrowser();
  const { recording, held, press, lock, ended } = useRecording(props.onRecord, field);
  const edit = state.mode === "edit";
  return (
    <div className={s.line} data-recording={recording !== undefined || undefined}>
      {recording === undefined ? null : (
        <Chunk load={loadRecorder} onClose={ended}>
          {(part) => <part.Recorder {...recording} onLock={lock} onEnd={ended} />}
        </Chunk>
      )}
      <Attach full={state.full} onFiles={props.onFiles} />
      <textarea
        ref={field}
        className={s.field}
        dir="auto"
        rows={1}
        spellCheck
        value={state.text}
        placeholder={say("composer.placeholder")}
        aria-label={say("composer.to", { name })}
        aria-invalid={state.over === undefined ? undefined : true}
        aria-describedby="composer-notes"
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={offered?.list}
        aria-activedescendant={offered?.option}
        onChange={(event) => {
          props.onText(event.target.value);
          // What replaces a word at once moves no caret that `select` would tell of.
          keys.current?.onCaret();
        }}
        onSelect={() => keys.current?.onCaret()}
        onPaste={(event) => onPaste(event, props.onFiles)}
        onKeyDown={(event) => onComposerKey(event, props, page)}
      />
      {props.beside}
      {state.canRecord || recording !== undefined ? (
        <Mic press={press} held={held} />
      ) : (
        <IconButton
          type="submit"
          icon={edit ? "check" : "send"}
          look="primary"
          label={say(edit ? "composer.save" : "composer.send")}
          disabled={!state.canSend}
        />
      )}
    </div>
  );
}

/** Pasted files go along; where there is text as well, as from a table, it is the text that is meant. */
function onPaste(event: ClipboardEvent, onFiles: ComposerProps["onFiles"]) {
  const { files, types } = event.clipboardData;
  if (files.length === 0 || types.includes("text/plain")) return;
  event.preventDefault();
  onFiles([...files]);
}

function onComposerKey(
  event: KeyboardEvent<HTMLTextAreaElement>,
  props: LineProps,
  page: Pick<Page, "type">,
) {
  // 229: the key belongs to an input method that is still composing.
  if (event.nativeEvent.isComposing || event.keyCode === 229) return;
  const { state, keys } = props;
  if (keys.current?.onKey(event) || wrapsByKey(event, page)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    props.onSend();
  } else if (event.key === "Escape" && state.mode !== "new") {
    event.preventDefault();
    props.onCancel();
  } else if (undoes(event, state)) {
    event.preventDefault();
    props.onTakeBack();
  } else if (event.key === "ArrowUp" && state.text === "" && state.mode === "new") {
    event.preventDefault();
    props.onEditLast();
  }
}

/** Ctrl+Z (Cmd) where nothing is written: what was sent last comes back. */
function undoes(event: KeyboardEvent, { held, text, files, mode }: LineProps["state"]): boolean {
  const undo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
  if (!undo || event.shiftKey || event.altKey) return false;
  return held !== undefined && text === "" && files.length === 0 && mode !== "edit";
}
