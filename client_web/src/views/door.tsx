/** The screens before the chat, fetched when one of them is shown. */
import type { Screen } from "../view_models/chat";
import type { SignInModel } from "../view_models/sign_in";
import { Invitation } from "./invitation/invitation";
import { Verify } from "./invitation/verify";
import { Locked } from "./locked/locked";
import { Notice } from "./notice/notice";
import { useObserved } from "./observed";
import { ForClients } from "./sign_in/for_clients";
import { SignIn } from "./sign_in/sign_in";

interface DoorProps {
  screen: Exclude<Screen, { kind: "starting" | "unfetched" | "chat" }>;
}

export function Door({ screen }: DoorProps) {
  switch (screen.kind) {
    case "sign_in":
      return <SignInScreen model={screen.model} />;
    case "invitation":
      return <Invitation model={screen.model} />;
    case "notice":
      return <Notice model={screen.model} />;
    case "verify":
      return <Verify model={screen.model} />;
    case "locked":
      return <Locked model={screen.model} />;
  }
}

function SignInScreen({ model }: { model: SignInModel }) {
  const state = useObserved(model.state);
  const { client } = model;
  return (
    <SignIn
      state={state}
      firm={model.firm}
      around={client && ((form) => <ForClients model={client}>{form}</ForClients>)}
      onSubmit={(name, password) => void model.submit(name, password)}
    />
  );
}
