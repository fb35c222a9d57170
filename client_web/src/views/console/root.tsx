/** The console in the language and the colours of the person. */
import type { Console } from "../../view_models/console/console";
import type { Browser } from "../browser";
import { useObserved } from "../observed";
import { type PreferenceSource, Spoken } from "../spoken";
import { ConsoleApp } from "./app";
import { speak } from "./catalogues";

interface ConsoleRootProps {
  app: Console;
  browser: Browser;
  source: PreferenceSource;
}

export function ConsoleRoot({ app, browser, source }: ConsoleRootProps) {
  const screen = useObserved(app.screen);
  const locale = "me" in screen ? screen.me.locale : undefined;
  return (
    <Spoken browser={browser} source={source} locale={locale} speak={speak}>
      <ConsoleApp app={app} />
    </Spoken>
  );
}
