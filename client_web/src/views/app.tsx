/** Whichever screen it is. */
import type { ChatApp } from "../view_models/chat";
import { ChatScreen } from "./chat_screen";
import { Chunk, Unfetched } from "./chunk";
import { loadDoors } from "./load_extras";
import { useObserved } from "./observed";
import { Starting } from "./starting";

export function App({ app }: { app: ChatApp }) {
  const screen = useObserved(app.screen);
  switch (screen.kind) {
    case "starting":
      return <Starting />;
    case "unfetched":
      return (
        <main>
          <h1 className="aside">OnRecord</h1>
          <Unfetched onAgain={screen.again} />
        </main>
      );
    case "chat":
      return <ChatScreen model={screen.model} />;
    default:
      return (
        <Chunk load={loadDoors} waiting={<Starting />}>
          {(part) => <part.Door screen={screen} />}
        </Chunk>
      );
  }
}
