/** The chat's sign-in: staff have a password; clients say who they are, and get a code. */
import type { ReactNode } from "react";
import type { ClientSignInModel } from "../../view_models/client_sign_in";
import { ClientSignIn } from "../invitation/client_sign_in";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { useText } from "../text";
import s from "./sign_in.module.css";

interface ForClientsProps {
  model: ClientSignInModel;
  /** What staff use. */
  children: ReactNode;
}

export function ForClients({ model, children }: ForClientsProps) {
  const say = useText();
  const { step } = useObserved(model.state);
  if (step !== "closed") return <ClientSignIn model={model} />;
  return (
    <>
      {children}
      <div className={s.other}>
        <Button look="quiet" onClick={() => model.open()}>
          {say("client.open")}
        </Button>
      </div>
    </>
  );
}
