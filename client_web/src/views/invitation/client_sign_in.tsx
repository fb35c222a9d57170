/** A client's way back in: address, then code. */
import type { FormEvent } from "react";
import type { ClientSignInModel, ClientSignInState } from "../../view_models/client_sign_in";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { CodeForm } from "./code_form";
import s from "./invitation.module.css";

export function ClientSignIn({ model }: { model: ClientSignInModel }) {
  const say = useText();
  const state = useObserved(model.state);
  const password = (
    <Button look="quiet" onClick={() => model.close()}>
      {say("client.password")}
    </Button>
  );
  if (state.step === "code") {
    const correct = (
      <Button look="quiet" onClick={() => model.correct()}>
        {say("client.correct")}
      </Button>
    );
    return <CodeForm model={state.code} toAnybody foot={correct} />;
  }
  if (state.step === "closed") return null;
  return (
    <>
      <AddressForm state={state} onSend={(address) => void model.send(address)} />
      <div className={s.ways}>
        {model.passkeys ? (
          <Button icon="key" busy={state.byPasskey ?? false} onClick={() => void model.byPasskey()}>
            {say(state.byPasskey ? "notice.busy" : "passkey.sign_in")}
          </Button>
        ) : null}
        {password}
      </div>
    </>
  );
}

interface AddressFormProps {
  state: Extract<ClientSignInState, { step: "address" }>;
  onSend(address: string): void;
}

function AddressForm({ state, onSend }: AddressFormProps) {
  const say = useText();
  const words = useTroubleText();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(String(new FormData(event.currentTarget).get("address")));
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <p>{say("client.lead")}</p>
      <Field
        name="address"
        label={say("client.address")}
        hint={say("client.address_hint")}
        error={state.trouble && words(state.trouble)}
        defaultValue={state.address}
        dir="ltr"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        required
        autoFocus
      />
      <Button look="primary" type="submit" busy={state.busy}>
        {say(state.busy && !state.byPasskey ? "notice.busy" : "client.send")}
      </Button>
    </form>
  );
}
