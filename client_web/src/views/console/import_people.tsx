/** People from a CSV file: choose it, look at what it would do, add them, take the links. */
import { useRef } from "react";
import { COLUMNS, type ImportPeople } from "../../view_models/console/import_people";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { ImportPreview } from "./import_preview";
import { ImportResults } from "./import_results";

export function ImportScreen({ model }: { model: ImportPeople }) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  return (
    <main className={s.single}>
      <h1 className={s.title}>{say("console.import.title")}</h1>
      <p className={s.soft}>{say("console.import.lead")}</p>
      <Columns />
      <FileButton model={model} />
      {state.trouble === undefined ? null : <Problem text={words(state.trouble)} />}
      <p role="status" className={s.soft}>
        {state.busy && state.step === "choose" ? say("console.import.reading") : ""}
      </p>
      {state.step === "preview" ? <ImportPreview model={model} /> : null}
      {state.step === "adding" || state.results.length > 0 ? <ImportResults model={model} /> : null}
    </main>
  );
}

function FileButton({ model }: { model: ImportPeople }) {
  const say = useText();
  const input = useRef<HTMLInputElement>(null);
  const { step, file, busy } = useObserved(model.state);
  const label = say(step === "choose" ? "console.import.choose" : "console.import.another");
  return (
    <div className={s.buttons}>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        hidden={true}
        aria-label={label}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen !== undefined) void model.choose(chosen);
          event.target.value = "";
        }}
      />
      <Button busy={busy} onClick={() => input.current?.click()}>
        {label}
      </Button>
      {file === undefined ? null : <bdi className={s.soft}>{file}</bdi>}
    </div>
  );
}

function Columns() {
  const say = useText();
  return (
    <details className={s.columns}>
      <summary>{say("console.import.columns")}</summary>
      <dl className={s.facts}>
        {COLUMNS.map((column) => (
          <div key={column} className={s.column}>
            <dt>
              <code>{say(`console.import.heading.${column}`)}</code>
            </dt>
            <dd>{say(`console.import.column.${column}`)}</dd>
          </div>
        ))}
      </dl>
      <p className={s.soft}>{say("console.import.spelling")}</p>
    </details>
  );
}
