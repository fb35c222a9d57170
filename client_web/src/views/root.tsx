/** The chat in the language and the colours of the person. */
import type { ChatApp, Screen } from "../view_models/chat";
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
  const locale = localeOf(screen);
  return (
    <Spoken browser={browser} source={source} locale={locale} speak={speak}>
      <App app={app} />
    </Spoken>
  );
}

/** The language that who is signed in chose on the server, if any. */
function localeOf(screen: Screen): string | undefined {
  switch (screen.kind) {
    case "chat":
    case "notice":
    case "password":
    case "verify":
    case "locked":
      return screen.model.locale;
    default:
      return undefined;
  }
}
