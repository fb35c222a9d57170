/** Whom to invite, and how the link goes out. */
import { type FormEvent, useEffect, useRef } from "react";
import type { InviteForm as Form, InvitesModel } from "../../view_models/invites";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { Language, Ways } from "./invite_choices";
import s from "./invites.module.css";
import { StandingInvite } from "./standing_invite";

interface InviteFormProps {
  model: InvitesModel;
  form: Form;
}

export function InviteForm({ model, form }: InviteFormProps) {
  const say = useText();
  const words = useTroubleText();
  const element = useRef<HTMLFormElement>(null);
  const { refusals } = form;
  useEffect(() => {
    const selector = refusals > 0 ? "[aria-invalid]" : "input";
    element.current?.querySelector<HTMLElement>(selector)?.focus();
  }, [refusals]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void model.submit();
  };
  return (
    <form ref={element} className={s.form} noValidate onSubmit={submit}>
      <p className={s.note}>{say("invites.lead")}</p>
      <Field
        label={say("invites.name")}
        value={form.name}
        error={form.nameTrouble && words(form.nameTrouble)}
        maxLength={200}
        autoComplete="off"
        required
        onChange={(event) => model.change({ name: event.target.value })}
      />
      <Field
        label={say("invites.org")}
        value={form.org}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => model.change({ org: event.target.value })}
      />
      <Field
        label={say("invites.address")}
        hint={say("invites.address_hint")}
        value={form.address}
        error={form.addressTrouble && words(form.addressTrouble)}
        dir="ltr"
        maxLength={254}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        onChange={(event) => model.change({ address: event.target.value })}
      />
      <Language model={model} locale={form.locale} />
      <Ways model={model} form={form} />
      {form.standing === undefined ? null : (
        <StandingInvite model={model} standing={form.standing} busy={form.busy} />
      )}
      {form.trouble === undefined ? null : <Problem text={words(form.trouble)} />}
      <div className={s.buttons}>
        {/* Where the other one was a moment ago there must be no way out that loses everything. */}
        <Button busy={form.busy} onClick={() => model.back()}>
          {say("cancel")}
        </Button>
        {form.standing === undefined ? (
          <Button look="primary" type="submit" busy={form.busy}>
            {say(form.way === "screen" ? "invites.show" : "invites.send")}
          </Button>
        ) : null}
      </div>
      <p className="aside" role="status">
        {form.busy ? say("invites.busy") : null}
      </p>
    </form>
  );
}
