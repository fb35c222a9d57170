/** What the firm is called and looks like. */
import type { FormEvent } from "react";
import type { FirmLook } from "../../view_models/console/firm";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { PictureField } from "../parts/picture_field";
import { useText, useTroubleText } from "../text";
import s from "./console.module.css";

export function FirmScreen({ model }: { model: FirmLook }) {
  const say = useText();
  const words = useTroubleText();
  const { name, org, picture, busy, done, trouble } = useObserved(model.state);
  return (
    <main className={s.single}>
      <h1 className={s.title}>{say("console.firm.title")}</h1>
      <p className={s.soft}>{say("console.firm.lead")}</p>
      <div role="status" className={s.made}>
        {done === undefined ? null : <p className={s.notice}>{say(`console.firm.done.${done}`)}</p>}
      </div>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {name === undefined ? (
        <p role="status">{trouble === undefined ? say("loading") : ""}</p>
      ) : (
        <>
          <section className={s.form} aria-labelledby="picture">
            <h2 id="picture" className={s.heading}>
              {say("console.firm.picture")}
            </h2>
            <PictureField
              id={name}
              name={name}
              picture={picture}
              group={true}
              busy={busy}
              onChoose={(file) => void model.setPicture(file)}
              onRemove={() => void model.removePicture()}
            />
            <p className={s.soft}>{say("picture.kinds")}</p>
          </section>
          <NameForm key={name} model={model} name={name} org={org ?? ""} />
        </>
      )}
    </main>
  );
}

function NameForm({ model, name, org }: { model: FirmLook; name: string; org: string }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void model.rename(String(new FormData(event.currentTarget).get("firm")).trim());
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <h2 className={s.heading}>{say("console.firm.name")}</h2>
      <Field
        name="firm"
        label={say("console.firm.name.label")}
        hint={say("console.firm.name.hint", { org })}
        defaultValue={name}
        maxLength={200}
        required
      />
      <Button look="primary" type="submit" busy={busy}>
        {say("console.firm.name.verb")}
      </Button>
    </form>
  );
}
