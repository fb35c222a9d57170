/** The screens before the chat, fetched when one of them is shown. */
import type { Screen } from "../view_models/chat";
import type { SignInModel } from "../view_models/sign_in";
import { Chunk } from "./chunk";
import { Invitation } from "./invitation/invitation";
import { loadRareDoors } from "./load_extras";
import { useObserved } from "./observed";
import { ForClients } from "./sign_in/for_clients";
import { SignIn } from "./sign_in/sign_in";
import { Starting } from "./starting";

type Before = Exclude<Screen, { kind: "starting" | "unfetched" | "chat" }>;
type Rare = Exclude<Before, { kind: "sign_in" | "invitation" }>;

interface DoorProps {
  screen: Before;
}

export function Door({ screen }: DoorProps) {
  switch (screen.kind) {
    case "sign_in":
      return <SignInScreen model={screen.model} />;
    case "invitation":
      return <Invitation model={screen.model} />;
    default:
      return <RareDoor screen={screen} />;
  }
}

function RareDoor({ screen }: { screen: Rare }) {
  return (
    <Chunk load={loadRareDoors} waiting={<Starting />}>
      {({ ChooseFirstPassword, Locked, Notice, Objection, RoleCode, Switching, Told, Verify }) => {
        switch (screen.kind) {
          case "notice":
            return <Notice model={screen.model} />;
          case "verify":
            return <Verify model={screen.model} />;
          case "locked":
            return <Locked model={screen.model} />;
          case "switch":
            return <Switching model={screen.model} />;
          case "objection":
            return <Objection model={screen.model} />;
          case "told":
            return <Told model={screen.model} />;
          case "password":
            return <ChooseFirstPassword model={screen.model} />;
          case "role":
            return <RoleCode model={screen.model} />;
        }
      }}
    </Chunk>
  );
}

function SignInScreen({ model }: { model: SignInModel }) {
  const state = useObserved(model.state);
  const { client } = model;
  return (
    <SignIn
      state={state}
      firm={model.firm}
      around={client && ((form) => <ForClients model={client}>{form}</ForClients>)}
      onReport={() => void model.report?.()}
      onGoOn={() => void model.goOn?.()}
      onSubmit={(name, password) => void model.submit(name, password)}
    />
  );
}
