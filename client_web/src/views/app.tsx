/** Whichever screen it is. */
import type { ChatApp } from "../view_models/chat";
import type { SignInModel } from "../view_models/sign_in";
import { ChatScreen } from "./chat_screen";
import { Chunk } from "./chunk";
import { useObserved } from "./observed";
import { ForClients } from "./sign_in/for_clients";
import { SignIn } from "./sign_in/sign_in";
import { Starting } from "./sign_in/starting";

const loadInvitation = () => import("./invitation/invitation");
const loadVerify = () => import("./invitation/verify");
const loadNotice = () => import("./notice/notice");

export function App({ app }: { app: ChatApp }) {
  const screen = useObserved(app.screen);
  switch (screen.kind) {
    case "starting":
      return <Starting />;
    case "sign_in":
      return <SignInScreen model={screen.model} />;
    case "invitation":
      return (
        <Chunk load={loadInvitation} waiting={<Starting />}>
          {(part) => <part.Invitation model={screen.model} />}
        </Chunk>
      );
    case "notice":
      return (
        <Chunk load={loadNotice} waiting={<Starting />}>
          {(part) => <part.Notice model={screen.model} />}
        </Chunk>
      );
    case "verify":
      return (
        <Chunk load={loadVerify} waiting={<Starting />}>
          {(part) => <part.Verify model={screen.model} />}
        </Chunk>
      );
    case "chat":
      return <ChatScreen model={screen.model} />;
  }
}

function SignInScreen({ model }: { model: SignInModel }) {
  const state = useObserved(model.state);
  const { client } = model;
  return (
    <SignIn
      state={state}
      around={client && ((form) => <ForClients model={client}>{form}</ForClients>)}
      onSubmit={(name, password) => void model.submit(name, password)}
    />
  );
}
