/** Whichever screen it is. */
import type { ChatApp } from "../view_models/chat";
import type { SignInModel } from "../view_models/sign_in";
import { ChatScreen } from "./chat_screen";
import { useObserved } from "./observed";
import { SignIn } from "./sign_in/sign_in";
import { Starting } from "./sign_in/starting";

export function App({ app }: { app: ChatApp }) {
  const screen = useObserved(app.screen);
  switch (screen.kind) {
    case "starting":
      return <Starting />;
    case "sign_in":
      return <SignInScreen model={screen.model} />;
    case "chat":
      return <ChatScreen model={screen.model} />;
  }
}

function SignInScreen({ model }: { model: SignInModel }) {
  const state = useObserved(model.state);
  return <SignIn state={state} onSubmit={(name, password) => void model.submit(name, password)} />;
}
