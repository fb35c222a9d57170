/** What became of an import: how far it is, who was refused, and the links. */
import { useMemo } from "react";
import { type ImportPeople, linksTable, newRows } from "../../view_models/console/import_people";
import type { ImportedRow } from "../../view_models/console/shown";
import { useBrowser } from "../browser";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { usePreferences } from "../preferences_context";
import { useText, useTroubleText } from "../text";
import s from "./console.module.css";

/** Of who waits the account is there; a role of theirs waits. */
const DONE: readonly ImportedRow["state"][] = ["added", "moved", "waiting"];

export function ImportResults({ model }: { model: ImportPeople }) {
  const say = useText();
  const { language } = usePreferences();
  const { clipboard, downloads } = useBrowser();
  const { step, preview, results } = useObserved(model.state);
  const all = newRows(preview).length;
  const added = results.filter(({ state }) => DONE.includes(state)).length;
  const waiting = results.filter(({ state }) => state === "waiting").length;
  const refused = results.filter(({ state }) => state === "refused");
  const separator = language === "pl" ? ";" : ",";
  const table = useMemo(() => linksTable(results, separator), [results, separator]);
  const hasLinks = results.some(({ link }) => link !== undefined);
  return (
    <section className={s.form} aria-labelledby="results">
      <h2 id="results" className={s.heading}>
        {say("console.import.results")}
      </h2>
      <progress className={s.progress} value={results.length} max={all} aria-labelledby="results" />
      <p role="status">
        {say(step === "done" ? "console.import.done" : "console.import.adding", { added, all })}
      </p>
      {waiting === 0 ? null : <p>{say("console.import.waiting", { count: waiting })}</p>}
      {refused.length === 0 ? null : <Refused rows={refused} />}
      {step !== "done" || !hasLinks ? null : (
        <>
          <p className={s.soft}>{say("console.import.once")}</p>
          <div className={s.buttons}>
            <Button look="primary" onClick={() => downloads.save("links.csv", table, "text/csv")}>
              {say("console.import.download")}
            </Button>
            <Button icon="copy" onClick={() => void clipboard.write(table)}>
              {say("message.copy")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Refused({ rows }: { rows: readonly ImportedRow[] }) {
  const words = useTroubleText();
  return (
    <ul className={s.list}>
      {rows.map(({ username, code, detail }) => (
        <li key={username}>
          <bdi>{username}</bdi>: {words({ code: code ?? "server_error", detail })}
        </li>
      ))}
    </ul>
  );
}
