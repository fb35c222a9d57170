/** A new text: written here, seen beside it as its readers will see it. */
import { type FormEvent, useId } from "react";
import type { NoticeDraft, NoticeTexts } from "../../view_models/console/notices";
import { NoticeText } from "../notice/notice_text";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./console.module.css";

export function NoticeEditor({ model, draft }: { model: NoticeTexts; draft: NoticeDraft }) {
  const say = useText();
  const { busy, locale, kind } = useObserved(model.state);
  const area = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void model.publish();
  };
  const paragraphs = draft.text.trim().split(/\n\s*\n/);
  return (
    <form className={s.form} onSubmit={submit}>
      <h2 className={s.heading}>{say("console.notices.new")}</h2>
      <Field
        label={say("console.notices.heading")}
        value={draft.title}
        lang={locale}
        maxLength={200}
        required
        onChange={(event) => model.write({ title: event.target.value })}
      />
      <label htmlFor={area} className={s.label}>
        {say("console.notices.text")}
      </label>
      <textarea
        id={area}
        className={s.area}
        lang={locale}
        rows={10}
        maxLength={10_000}
        required
        value={draft.text}
        onChange={(event) => model.write({ text: event.target.value })}
      />
      <Field
        type="datetime-local"
        label={say("console.notices.when")}
        hint={say("console.notices.when.hint")}
        value={draft.from}
        onChange={(event) => model.write({ from: event.target.value })}
      />
      <section aria-labelledby={`${area}-preview`}>
        <h3 id={`${area}-preview`} className={s.label}>
          {say("console.notices.preview", { kind })}
        </h3>
        <NoticeText notice={{ locale, title: draft.title, paragraphs }} />
      </section>
      <p className={s.soft}>{say("console.notices.again", { kind })}</p>
      <div className={s.buttons}>
        <Button look="primary" type="submit" busy={busy}>
          {say(draft.from === "" ? "console.notices.publish" : "console.notices.plan")}
        </Button>
        <Button look="quiet" onClick={model.discard}>
          {say("cancel")}
        </Button>
      </div>
    </form>
  );
}
