/** One's own passkeys: below a client's devices, and where the app lock is chosen. */
import type { PasskeysModel, PasskeyView } from "../../view_models/passkeys";
import { Chunk } from "../chunk";
import { AskingButton } from "../dialogs/asking_button";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { PasswordForm } from "../parts/password_form";
import { SheetPart } from "../parts/sheet";
import { type TextId, useFormat, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

const loadCodeForm = () => import("../invitation/code_form");

interface PasskeysPartProps {
  model: PasskeysModel;
  now: number;
  /** What they are for. */
  note?: TextId;
}

export function PasskeysPart({ model, now, note = "passkeys.note" }: PasskeysPartProps) {
  const say = useText();
  const state = useObserved(model.state);
  return (
    <SheetPart title={say("passkeys.title")}>
      <div className={s.add}>
        <span className={s.note}>{say(note)}</span>
        <div role="status">
          {state.added ? (
            <p className={s.here}>
              {say(note === "passkeys.note" ? "passkeys.added" : "lock.passkeys.added")}
            </p>
          ) : null}
        </div>
      </div>
      <ul aria-busy={state.loading}>
        {state.passkeys.map((passkey) => (
          <Passkey
            key={passkey.id}
            passkey={passkey}
            busy={state.busy}
            now={now}
            onRemove={() => void model.remove(passkey.id)}
          />
        ))}
      </ul>
      <Adding model={model} />
    </SheetPart>
  );
}

function Adding({ model }: { model: PasskeysModel }) {
  const say = useText();
  const words = useTroubleText();
  const { code, asksPassword, busy, known, trouble } = useObserved(model.state);
  const asks = code !== undefined || asksPassword;
  return (
    <div className={s.add}>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {known || trouble === undefined ? null : (
        <Button onClick={() => void model.refresh()}>{say("message.retry")}</Button>
      )}
      {code === undefined ? null : (
        <>
          <p className={s.note}>{say("passkeys.code")}</p>
          <Chunk load={loadCodeForm}>{(part) => <part.CodeForm model={code} />}</Chunk>
        </>
      )}
      {asksPassword ? <PasswordStep busy={busy} onDone={(word) => void model.add(word)} /> : null}
      {model.available && !asks ? (
        <Button icon="key" busy={busy} onClick={() => void model.add()}>
          {say(busy ? "notice.busy" : "passkeys.add")}
        </Button>
      ) : null}
      {model.available ? null : <p className={s.note}>{say("passkeys.unavailable")}</p>}
    </div>
  );
}

/** The firm's people show with their password that it is them. */
function PasswordStep({ busy, onDone }: { busy: boolean; onDone(password: string): void }) {
  const say = useText();
  return (
    <PasswordForm
      lead={say("lock.passkeys.password")}
      verb={say("passkeys.add")}
      busy={busy}
      onDone={onDone}
    />
  );
}

interface PasskeyProps {
  passkey: PasskeyView;
  busy: boolean;
  now: number;
  onRemove(): void;
}

function Passkey({ passkey, busy, now, onRemove }: PasskeyProps) {
  const say = useText();
  const format = useFormat();
  const { name, createdAt, usedAt } = passkey;
  return (
    <li className={s.device}>
      <Icon name="key" />
      <span className={s.name}>{name}</span>
      <AskingButton
        label={say("passkeys.remove.name", { name })}
        busy={busy}
        question={{
          title: say("passkeys.remove.title", { name }),
          text: say("passkeys.remove.text"),
          verb: say("passkeys.remove"),
          onYes: onRemove,
        }}
      >
        {say("passkeys.remove")}
      </AskingButton>
      <span className={s.about}>
        <span>{say("passkeys.since", { time: format.moment(createdAt) })}</span>
        {usedAt === undefined ? null : (
          <span title={format.full(usedAt)}>
            {say("passkeys.used", { ago: format.ago(usedAt, now) })}
          </span>
        )}
      </span>
    </li>
  );
}
