/** A locked app: nothing of the chat, and the ways to unlock it. */
import { useEffect, useId, useState } from "react";
import type { LockedModel } from "../../view_models/locked";
import { CodeForm } from "../invitation/code_form";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { PasswordForm } from "../parts/password_form";
import { useText, useTroubleText } from "../text";

export function Locked({ model }: { model: LockedModel }) {
  const say = useText();
  const { code } = useObserved(model.state);
  const out = (
    <Button look="quiet" onClick={() => void model.signOut()}>
      {say("sign_out.open")}
    </Button>
  );
  return (
    <DoorPage title={say("locked.title")} step={code === undefined ? "begin" : "code"}>
      {code === undefined ? <Ways model={model} out={out} /> : <CodeForm model={code} foot={out} />}
    </DoorPage>
  );
}

function Ways({ model, out }: { model: LockedModel; out: React.ReactNode }) {
  const say = useText();
  const words = useTroubleText();
  const lead = useId();
  const { busy, passkeys, trouble } = useObserved(model.state);
  return (
    <>
      <Said id={lead} />
      <div className={s.actions}>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        {passkeys ? (
          <Button
            look="primary"
            icon="key"
            busy={busy}
            autoFocus
            aria-describedby={lead}
            onClick={() => void model.byPasskey()}
          >
            {say("locked.passkey")}
          </Button>
        ) : null}
        {passkeys === undefined ? null : <Proof model={model} first={!passkeys} />}
        {out}
      </div>
    </>
  );
}

/** What they sign in with; `first`: there is no passkey to begin with. */
function Proof({ model, first }: { model: LockedModel; first: boolean }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const look = first ? "primary" : "plain";
  if (!model.isClient) {
    return (
      <PasswordForm
        verb={say("locked.password")}
        busy={busy}
        look={look}
        first={first}
        onDone={(password) => void model.byPassword(password)}
      />
    );
  }
  return (
    <Button look={look} busy={busy} autoFocus={first} onClick={() => void model.sendCode()}>
      {say("client.send")}
    </Button>
  );
}

/** Read out when it is filled, which is after it is there. */
function Said({ id }: { id: string }) {
  const say = useText();
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return (
    <p id={id} className={s.lead} role="status">
      {there ? say("locked.lead") : null}
    </p>
  );
}
