/** What a file would do: who is new, who is there, what is wrong in which line. */
import { listed } from "../../view_models/bidi";
import {
  type ImportPeople,
  type ImportState,
  mayAdd,
  newRows,
  rowsThat,
  wrongFirst,
} from "../../view_models/console/import_people";
import type { ImportRow } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Warning } from "../parts/warning";
import { type TextId, useText } from "../text";
import s from "./console.module.css";
import { SelectField } from "./select_field";

const SHOWN = 100;
const DAYS = ["7", "1", "14", "30", "0"];

export function ImportPreview({ model }: { model: ImportPeople }) {
  const say = useText();
  const state = useObserved(model.state);
  const { preview, linkDays, busy } = state;
  if (preview === undefined) return null;
  const count = newRows(preview).length;
  const wrong = rowsThat(preview, "wrong");
  return (
    <section className={s.form} aria-labelledby="preview">
      <h2 id="preview" className={s.heading}>
        {say("console.import.preview")}
      </h2>
      <Counts state={state} />
      {preview.ignored.length === 0 ? null : (
        <p>{say("console.import.ignored", { names: preview.ignored.join(", ") })}</p>
      )}
      {preview.encoding === "windows-1250" ? <p>{say("console.import.encoding")}</p> : null}
      <Rows rows={wrongFirst(preview)} />
      {wrong.length === 0 || count === 0 ? null : (
        <label className={s.check}>
          <input
            type="checkbox"
            checked={state.partial}
            onChange={(event) => model.setPartial(event.target.checked)}
          />
          {say("console.import.partial", { count, wrong: wrong.length })}
        </label>
      )}
      <SelectField
        label={say("console.import.links")}
        value={String(linkDays)}
        options={DAYS.map((value) => ({
          value,
          label: say(`console.import.links.${value}` as TextId),
        }))}
        onChange={(value) => model.setLinkDays(Number(value))}
      />
      <p className={s.soft}>{say("console.accounts.recorded")}</p>
      <Button look="primary" busy={busy || !mayAdd(state)} onClick={() => void model.add()}>
        {say("console.import.add", { count: count - state.results.length })}
      </Button>
    </section>
  );
}

function Counts({ state: { preview } }: { state: ImportState }) {
  const say = useText();
  return (
    <ul className={s.counts}>
      {(["new", "moved", "there", "wrong"] as const).map((state) => (
        <li key={state}>
          {say(`console.import.${state}`, { count: rowsThat(preview, state).length })}
        </li>
      ))}
    </ul>
  );
}

function Rows({ rows }: { rows: readonly ImportRow[] }) {
  const say = useText();
  return (
    <>
      <ul className={s.list}>
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.line} className={s.item} data-wrong={row.state === "wrong" || undefined}>
            <span className={s.figures}>{say("console.import.line", { line: row.line })}</span>
            <span>
              <bdi>
                {[row.name, row.username, row.org === row.name ? "" : row.org]
                  .filter(Boolean)
                  .join(" · ")}
              </bdi>
              {row.advisor === undefined ? null : (
                <span className={`${s.soft} ${s.below}`}>
                  {say("console.import.advisor", { advisor: row.advisor })}
                </span>
              )}
              {row.alike === undefined ? null : (
                <Warning text={say("console.import.alike", { names: listed(row.alike) })} />
              )}
              {row.org_alike === undefined ? null : (
                <Warning text={say("console.import.org_alike", { names: listed(row.org_alike) })} />
              )}
              {row.faults.map((fault) => (
                <strong key={`${fault.fault} ${fault.column}`} className={s.fault}>
                  {fault.column === undefined
                    ? ""
                    : `${say(`console.import.heading.${fault.column}`)}: `}
                  {say(`console.import.fault.${fault.fault}`)}
                </strong>
              ))}
            </span>
            <span className={s.figures}>
              {row.role === undefined ? "" : say(`console.role.${row.role}` as TextId)}
              {row.state === "there" || row.state === "moved"
                ? ` · ${say(`console.import.state.${row.state}`)}`
                : ""}
            </span>
          </li>
        ))}
      </ul>
      {rows.length <= SHOWN ? null : (
        <p className={s.soft}>{say("console.import.more", { count: rows.length - SHOWN })}</p>
      )}
    </>
  );
}
