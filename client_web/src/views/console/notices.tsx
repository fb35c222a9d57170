/** What is accepted, by whom and language: the text in force, those before and after, a new one. */
import {
  behind,
  type Locale,
  type NoticeTexts,
  type Readers,
  versionsOf,
} from "../../view_models/console/notices";
import type { NoticeVersion } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { NoticeEditor } from "./notice_editor";

const LOCALES: readonly (readonly [Locale, string])[] = [
  ["en", "English"],
  ["pl", "Polski"],
];

const READERS: readonly Readers[] = ["client", "employee"];

export function NoticesScreen({ model }: { model: NoticeTexts }) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  const { locale, kind, draft, busy, done, trouble, languages } = state;
  return (
    <main className={s.single}>
      <h1 className={s.title}>{say("console.notices.title")}</h1>
      <nav className={s.buttons} aria-label={say("console.notices.readers")}>
        {READERS.map((each) => (
          <Button
            key={each}
            aria-current={each === kind ? "page" : undefined}
            look={each === kind ? "primary" : "plain"}
            onClick={() => model.show({ kind: each })}
          >
            {say(`console.notices.${each}`)}
          </Button>
        ))}
      </nav>
      <p className={s.soft}>{say("console.notices.lead", { kind })}</p>
      <nav className={s.buttons} aria-label={say("console.notices.languages")}>
        {LOCALES.map(([each, name]) => (
          <Button
            key={each}
            lang={each}
            aria-current={each === locale ? "page" : undefined}
            look={each === locale ? "primary" : "plain"}
            onClick={() => model.show({ locale: each })}
          >
            {name}
          </Button>
        ))}
      </nav>
      <div role="status" className={s.made}>
        {done === undefined ? null : (
          <p className={s.notice}>{say(`console.notices.done.${done}`, { kind })}</p>
        )}
      </div>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {behind(state) === undefined ? null : (
        <p className={s.notice}>{say("console.notices.behind", { locale: behind(state) ?? "" })}</p>
      )}
      {languages === undefined && trouble === undefined ? (
        <p role="status">{say("loading")}</p>
      ) : null}
      {draft === undefined ? (
        <div className={s.buttons}>
          <Button look="primary" busy={busy || languages === undefined} onClick={model.edit}>
            {say("console.notices.edit")}
          </Button>
        </div>
      ) : (
        <NoticeEditor model={model} draft={draft} />
      )}
      <section aria-labelledby="versions">
        <h2 id="versions" className={s.heading}>
          {say("console.notices.versions")}
        </h2>
        <ul className={s.list}>
          {versionsOf(state).map((version) => (
            <Version key={version.id ?? "first"} version={version} kind={kind} model={model} />
          ))}
        </ul>
        {languages !== undefined && versionsOf(state).length === 0 ? (
          <p className={s.soft}>{say("console.notices.none")}</p>
        ) : null}
      </section>
    </main>
  );
}

interface VersionProps {
  readonly version: NoticeVersion;
  readonly kind: Readers;
  readonly model: NoticeTexts;
}

function Version({ version, kind, model }: VersionProps) {
  const say = useText();
  const format = useFormat();
  const { id, state, title, text, from_at, by, accepted, sha256, locale } = version;
  return (
    <li className={s.form} data-state={state}>
      <strong>{say(`console.notices.state.${state}`)}</strong>
      <span className={s.figures}>
        {from_at === undefined
          ? say("console.notices.built_in")
          : say("console.notices.from", { time: format.moment(from_at), name: by ?? "" })}
      </span>
      <span className={s.figures}>
        {say("console.notices.accepted", { count: accepted, kind })}
      </span>
      <details className={s.columns} open={state === "in_force"}>
        <summary lang={locale}>{title}</summary>
        <p className={s.text} lang={locale}>
          {text}
        </p>
        <code className={s.digest} dir="ltr">
          SHA-256 {sha256}
        </code>
      </details>
      {state === "planned" && id !== undefined ? (
        <Button onClick={() => void model.withdraw(id)}>{say("console.notices.withdraw")}</Button>
      ) : null}
    </li>
  );
}
