/** In which language somebody is invited, and how the link goes out. */
import type { InviteForm, InvitesModel, InviteWay } from "../../view_models/invites";
import { useText } from "../text";
import s from "./invites.module.css";

const LANGUAGES = [
  ["en", "English"],
  ["pl", "Polski"],
] as const;

export function Language({ model, locale }: { model: InvitesModel; locale: InviteForm["locale"] }) {
  const say = useText();
  return (
    <fieldset className={s.choices}>
      <legend>{say("invites.locale")}</legend>
      {LANGUAGES.map(([language, label]) => (
        <label key={language} className={s.choice} lang={language}>
          <input
            type="radio"
            name="locale"
            checked={locale === language}
            onChange={() => model.change({ locale: language })}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

const WAYS: readonly InviteWay[] = ["mail", "sms", "screen"];

/** A letter goes to the address that is typed, so one of two does not fit it. */
export function Ways({ model, form }: { model: InvitesModel; form: InviteForm }) {
  const say = useText();
  const unfit = form.reach && (form.reach === "mail" ? "sms" : "mail");
  return (
    <fieldset className={s.choices}>
      <legend>{say("invites.way")}</legend>
      {WAYS.map((way) => (
        <label key={way} className={s.choice} data-unfit={way === unfit || undefined}>
          <input
            type="radio"
            name="way"
            checked={form.way === way}
            disabled={way === unfit}
            onChange={() => model.change({ way })}
          />
          <span>
            {say(`invites.way.${way}`)}
            {way !== "screen" && way === unfit ? (
              <span className={s.why}>{say(`invites.way.${way}.why`)}</span>
            ) : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
