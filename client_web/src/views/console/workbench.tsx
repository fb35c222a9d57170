/** A case: its workbench of three parts, its exports, or its own record. */
import { useRef, useState } from "react";
import type { Console } from "../../view_models/console/console";
import type { Place } from "../../view_models/console/place";
import type { NewExport } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { ExportDialog } from "./export_dialog";
import { Exports } from "./exports";
import { OwnReasonDialog } from "./own_reason";
import { Query } from "./query";
import { Record } from "./record";
import { Results } from "./results";
import { Transcript } from "./transcript";
import { useParts } from "./use_parts";

interface CaseScreenProps {
  bench: Workbench;
  place: Place;
  app: Console;
}

export function CaseScreen({ bench, place, app }: CaseScreenProps) {
  const { trouble } = useObserved(bench.record.state);
  const say = useText();
  const words = useTroubleText();
  const tab = place.kind === "case" ? place.tab : "work";
  if (trouble?.code === "no_such_case") {
    return (
      <main className={s.narrow}>
        <h1 className={s.title}>{say("console.not_yours.title")}</h1>
        <p>{say("console.not_yours.text")}</p>
        <button type="button" className={s.link} onClick={app.otherCase}>
          {say("console.not_yours.verb")}
        </button>
      </main>
    );
  }
  return (
    <>
      {trouble === undefined ? null : (
        <div className={s.trouble}>
          <Problem text={words(trouble)} />
        </div>
      )}
      {tab === "work" ? <Bench bench={bench} /> : null}
      {tab === "exports" ? <Exports bench={bench} /> : null}
      {tab === "record" ? <Record bench={bench} /> : null}
    </>
  );
}

function Bench({ bench }: { bench: Workbench }) {
  const box = useRef<HTMLElement>(null);
  const [order, setOrder] = useState<NewExport>();
  useParts(box);
  return (
    <main ref={box} className={s.bench}>
      <Query bench={bench} />
      <Results bench={bench} onExport={(search) => setOrder({ search })} />
      <Transcript bench={bench} onExport={(span) => setOrder({ span })} />
      {order === undefined ? null : (
        <ExportDialog bench={bench} order={order} onClose={() => setOrder(undefined)} />
      )}
      <OwnReasonDialog bench={bench} />
    </main>
  );
}
