/** What one says of oneself: do not disturb, a few words, until when. */
import { type FormEvent, Fragment, useState } from "react";
import { LONGEST_STATUS, type OwnStatusModel } from "../../view_models/own_status";
import type { PersonView } from "../../view_models/people";
import { fieldTime, wireTimeOf } from "../dialogs/later_times";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { Sheet, SheetPart } from "../parts/sheet";
import { Switch } from "../parts/switch";
import { useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface StatusSheetProps {
  me: PersonView;
  model: OwnStatusModel;
  onClose(): void;
}

export function StatusSheet({ me, model, onClose }: StatusSheetProps) {
  const say = useText();
  const words = useTroubleText();
  const { busy, done, trouble } = useObserved(model.state);
  const { status } = me;
  const [quiet, setQuiet] = useState(status?.quiet ?? false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string) => String(form.get(name) ?? "").trim() || undefined;
    const until = given("until");
    void model.keep({
      text: given("text"),
      quiet,
      until: until === undefined ? undefined : wireTimeOf(until),
    });
  };
  return (
    <Sheet title={say("status.title")} onClose={onClose}>
      <SheetPart>
        <form className={s.picture} aria-label={say("status.title")} onSubmit={submit}>
          <Fragment key={`${status?.text} ${status?.until}`}>
            <Field
              name="text"
              label={say("status.text")}
              hint={say("status.text.hint")}
              maxLength={LONGEST_STATUS}
              defaultValue={status?.text ?? ""}
            />
            <Switch
              label={say("status.quiet")}
              note={say("status.quiet.note")}
              on={quiet}
              onChange={setQuiet}
            />
            <Field
              name="until"
              type="datetime-local"
              label={say("status.until")}
              hint={say("status.until.hint")}
              defaultValue={status?.until === undefined ? "" : fieldTime(new Date(status.until))}
            />
          </Fragment>
          {trouble === undefined ? null : <Problem text={words(trouble)} />}
          <p role="status" className={s.note}>
            {done === undefined ? "" : say(`status.done.${done}`)}
          </p>
          <Button look="primary" type="submit" busy={busy}>
            {say("status.keep")}
          </Button>
          {status === undefined ? null : (
            <Button
              busy={busy}
              onClick={() => {
                setQuiet(false);
                void model.keep({});
              }}
            >
              {say("status.remove")}
            </Button>
          )}
          <p className={s.note}>{say("status.recorded")}</p>
        </form>
      </SheetPart>
    </Sheet>
  );
}
