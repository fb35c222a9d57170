/** The chat in the language and the colours of the person. */
import type { ChatApp } from "../view_models/chat";
import { App } from "./app";
import type { Browser } from "./browser";
import { speak } from "./catalogues";
import { useObserved } from "./observed";
import { type PreferenceSource, Spoken } from "./spoken";

interface RootProps {
  browser: Browser;
  app: ChatApp;
  source: PreferenceSource;
}

export function Root({ app, browser, source }: RootProps) {
  const screen = useObserved(app.screen);
  const signedIn = screen.kind === "chat" || screen.kind === "notice" || screen.kind === "verify";
  const locale = signedIn ? screen.model.locale : undefined;
  return (
    <Spoken browser={browser} source={source} locale={locale} speak={speak}>
      <App app={app} />
    </Spoken>
  );
}
