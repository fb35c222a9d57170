/** Where one writes. Enter sends, Shift+Enter begins a line; nothing typed is ever lost. */
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { CallingModel } from "../../view_models/calling";
import type { ComposerState } from "../../view_models/composer";
import type { StatusState } from "../../view_models/status";
import type { VoiceNoteModel } from "../../view_models/voice";
import { useBrowser } from "../browser";
import { Chunk } from "../chunk";
import { loadLog } from "../load_extras";
import { focusBeside } from "../parts/focus";
import { useText } from "../text";
import s from "./composer.module.css";
import { Line } from "./line";
import { Orders } from "./orders";
import { ComposerStrips } from "./strips";
import type { Offered, SuggestionKeys } from "./suggestions";
import { useGrowth } from "./use_growth";
import { WritingNudge } from "./writing_nudge";

export interface ComposerProps {
  state: ComposerState;
  status: StatusState;
  /** What the conversation is called. */
  name: string;
  /** What else is to be known here. */
  above: ReactNode;
  /** The files that go along. */
  tray: ReactNode;
  callingModel: CallingModel;
  /** What can be done instead of sending at once. */
  beside: ReactNode;
  onText(text: string): void;
  onFiles(files: readonly File[]): void;
  /** Records a voice note; stays the same function. */
  onRecord(): Promise<VoiceNoteModel>;
  /** Yes, files go to the client. */
  onAgree(): void;
  onSend(): void;
  onCancel(): void;
  onCopied(): void;
  /** Deletes what cannot be sent any more. */
  onDiscard(): void;
  /** Ctrl+Z in an empty field, while there is something to take back. */
  onTakeBack(): void;
  /** Arrow up in an empty field. */
  onEditLast(): void;
  onInvite: (() => void) | undefined;
  onDismissNudge(): void;
  onSendAnyway(): void;
  /** Goes back to a message that was stopped. */
  onGoOn(): void;
}

export function Composer(props: ComposerProps) {
  const { state, status } = props;
  const say = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowth(field, state.text);
  useCaret(field, state.focusSerial);
  const { onText, callingModel: model } = props;
  const keys = useRef<SuggestionKeys>(null);
  const [offered, setOffered] = useState<Offered>();
  if (state.closed !== undefined) {
    return (
      <>
        {props.above}
        <NotSent {...props} />
        <p className={s.closed}>{say(`composer.closed.${state.closed}`)}</p>
      </>
    );
  }
  return (
    <form
      className={s.composer}
      data-outside={state.outsideName !== undefined || undefined}
      aria-label={say("composer.label")}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSend();
      }}
    >
      {props.above}
      <ComposerStrips state={state} status={status} onCancel={props.onCancel} />
      <WritingNudge
        nudge={state.nudge}
        onInvite={props.onInvite}
        onDismiss={() => {
          props.onDismissNudge();
          field.current?.focus();
        }}
      />
      <Orders
        banner={state.ordersBanner}
        stopped={state.stopped ?? false}
        onEdit={props.onGoOn}
        onSendAnyway={() => {
          props.onSendAnyway();
          field.current?.focus();
        }}
      />
      {state.crossing === undefined && state.sentBack === undefined ? null : (
        <Asked {...props} field={field} />
      )}
      {props.tray}
      <Chunk load={loadLog} optional>
        {(part) => (
          <part.Suggestions
            ref={keys}
            field={field}
            state={state.calling}
            model={model}
            onText={onText}
            onOffered={setOffered}
          />
        )}
      </Chunk>
      <Line {...props} field={field} keys={keys} offered={offered} />
    </form>
  );
}

function NotSent({ state: { text, files }, onCopied, onDiscard }: ComposerProps) {
  if (text.trim() === "" && files.length === 0) return null;
  return (
    <Chunk load={loadLog}>
      {(part) => (
        <part.Unsent
          text={text}
          files={files.map(({ name }) => name)}
          onCopied={onCopied}
          onDelete={onDiscard}
        />
      )}
    </Chunk>
  );
}

/** Whether files go to the client; what is being sent first, then what came back. */
function Asked({
  state: { crossing, sentBack, files },
  field,
  onGoOn,
  onAgree,
}: ComposerProps & { field: RefObject<HTMLTextAreaElement | null> }) {
  return (
    <Chunk load={loadLog}>
      {(part) => (
        <part.Crossing
          key={crossing ?? "back"}
          name={crossing ?? sentBack?.name ?? ""}
          count={files.length}
          sentBack={crossing === undefined}
          onBack={onGoOn}
          onGoOn={() => {
            onAgree();
            field.current?.focus();
          }}
        />
      )}
    </Chunk>
  );
}

/**
 * Focus and caret to the end whenever the model asks for it.
 *
 * A conversation that is opened takes the focus as well, but not on a touch screen, where the
 * keyboard would cover it. A draft is gone on with at its end.
 */
function useCaret(field: RefObject<HTMLTextAreaElement | null>, serial: number) {
  const known = useRef(serial);
  const { device } = useBrowser();
  useLayoutEffect(() => {
    if (!device.hasFinePointer()) return;
    const take = () => {
      field.current?.focus({ preventScroll: true });
      toEnd(field.current);
    };
    take();
    if (focusBeside(field.current) === field.current) return;
    // WebKit gives it to nothing new in the frame in which a dialog closes.
    const frame = requestAnimationFrame(take);
    return () => cancelAnimationFrame(frame);
  }, [field, device]);
  useLayoutEffect(() => {
    if (serial === known.current) return;
    known.current = serial;
    field.current?.focus();
    toEnd(field.current);
  }, [field, serial]);
}

function toEnd(field: HTMLTextAreaElement | null) {
  field?.setSelectionRange(field.value.length, field.value.length);
}
