/** What must be known while writing: who else reads, what is answered, whether it can be sent. */
import type { ComposerState } from "../../view_models/composer";
import type { StatusState } from "../../view_models/status";
import { IconButton } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Icon } from "../parts/icon";
import { Strip } from "../parts/strip";
import { type TextId, useText } from "../text";
import { QuoteLines } from "../timeline/quote";
import s from "./strips.module.css";

interface StripsProps {
  state: ComposerState;
  status: StatusState;
  onCancel(): void;
}

export function ComposerStrips({ state, status, onCancel }: StripsProps) {
  const say = useText();
  return (
    <>
      <div id="composer-notes" role="status">
        <Condition status={status} heldBack={state.heldBack} />
        {state.held === undefined ? null : <span className="aside">{say("composer.held")}</span>}
        {state.over === undefined ? null : (
          <Strip tone="failed" icon="alert">
            {say("composer.too_long", { count: state.over })}
          </Strip>
        )}
      </div>
      {state.outsideName === undefined ? null : (
        <Strip tone="outside">
          <span className={s.outside}>
            <ClientTag />
            <span>{say("composer.outside", { name: state.outsideName })}</span>
          </span>
        </Strip>
      )}
      {state.callsAll === undefined ? null : (
        <Strip icon="people">{say("mention.all.calls", { count: state.callsAll })}</Strip>
      )}
      {state.mode === "new" ? null : <Mode state={state} onCancel={onCancel} />}
      <Removed state={state} onCancel={onCancel} />
      {state.left === undefined ? null : (
        <p className={s.left}>{say("composer.left", { count: state.left })}</p>
      )}
    </>
  );
}

/** Recording first: without it nothing can be sent at all. */
function Condition({ status, heldBack }: { status: StatusState; heldBack: boolean }) {
  const say = useText();
  if (status.recording !== "on" || heldBack) {
    return (
      <Strip tone="failed" icon="alert">
        {say(status.recording === "behind" ? "composer.behind" : "composer.unrecorded")}
      </Strip>
    );
  }
  if (status.connection === "online" || status.connection === "connecting") return null;
  const id: TextId = status.connection === "lost" ? "composer.lost" : "composer.offline";
  return <Strip icon="offline">{say(id)}</Strip>;
}

/** What was answered, or edited, was removed meanwhile. */
function Removed({ state, onCancel }: Pick<StripsProps, "state" | "onCancel">) {
  const say = useText();
  const { quote, orphaned } = state;
  const answered = quote !== undefined && quote.text === undefined;
  return (
    <div role="status">
      {answered ? <Strip icon="info">{say("composer.reply.removed")}</Strip> : null}
      {orphaned ? (
        <Strip
          icon="info"
          action={
            state.mode === "new" ? (
              <IconButton icon="close" size={18} label={say("nudge.dismiss")} onClick={onCancel} />
            ) : null
          }
        >
          {say("composer.orphaned")}
        </Strip>
      ) : null}
    </div>
  );
}

function Mode({ state, onCancel }: { state: ComposerState; onCancel(): void }) {
  const say = useText();
  const edit = state.mode === "edit";
  const author = state.quote?.author;
  return (
    <div className={s.mode}>
      <Icon name={edit ? "edit" : "reply"} size={18} />
      <div className={s.quoted} data-outside={(author?.outside && !author.me) || undefined}>
        {edit || author === undefined ? (
          <span className={s.what}>{say("composer.editing")}</span>
        ) : (
          <QuoteLines
            name={
              author.me ? say("composer.reply.own") : say("composer.reply", { name: author.name })
            }
            text={state.quote?.text}
          />
        )}
      </div>
      <IconButton icon="close" size={18} label={say("cancel")} onClick={onCancel} />
    </div>
  );
}
