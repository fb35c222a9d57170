/** The console in the language and the colours of the person. */
import type { Console } from "../../view_models/console/console";
import { useObserved } from "../observed";
import { type PreferenceSource, Spoken } from "../spoken";
import { ConsoleApp } from "./app";
import { speak } from "./catalogues";

export function ConsoleRoot({ app, source }: { app: Console; source: PreferenceSource }) {
  const screen = useObserved(app.screen);
  const locale = "me" in screen ? screen.me.locale : undefined;
  return (
    <Spoken source={source} locale={locale} speak={speak}>
      <ConsoleApp app={app} />
    </Spoken>
  );
}
