/** An advisor's word for a client, and having them come in anew: both are asked before they are done. */
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { How } from "../../view_models/client_check";
import type { InviteWay } from "../../view_models/invites";
import type { PersonView, Trouble } from "../../view_models/people";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./dialogs.module.css";

const HOWS: readonly How[] = ["in_person", "voice", "video"];
const WAYS: readonly InviteWay[] = ["mail", "sms", "screen"];

interface ConfirmClientProps {
  client: PersonView;
  onClose(): void;
  onDone(how: How): void;
}

export function ConfirmClient({ client, onClose, onDone }: ConfirmClientProps) {
  const say = useText();
  const form = useId();
  const [how, setHow] = useState<How>("in_person");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onDone(how);
  };
  return (
    <Dialog
      title={say("check.confirm.title", { name: client.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={form}>
            {say("check.confirm.verb")}
          </Button>
        </>
      }
    >
      <form id={form} className={s.form} onSubmit={submit}>
        <fieldset className={s.choices}>
          <legend>{say("check.how")}</legend>
          {HOWS.map((one) => (
            <label key={one} className={s.choice}>
              <input type="radio" name="how" checked={how === one} onChange={() => setHow(one)} />
              {say(`check.how.${one}`)}
            </label>
          ))}
        </fieldset>
        <p className={s.note}>{say("check.confirm.note")}</p>
      </form>
    </Dialog>
  );
}

interface WithdrawWordProps {
  client: PersonView;
  onClose(): void;
  onDone(): void;
}

export function WithdrawWord({ client, onClose, onDone }: WithdrawWordProps) {
  const say = useText();
  const done = () => {
    onClose();
    onDone();
  };
  return (
    <Dialog
      title={say("check.withdraw.title", { name: client.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" onClick={done}>
            {say("check.withdraw.verb")}
          </Button>
        </>
      }
    >
      <p className={s.text}>{say("check.withdraw.text")}</p>
      <p className={s.note}>{say("check.withdraw.note")}</p>
    </Dialog>
  );
}

/** Until one is chosen, as the address says; without a new one it is safest from hand to hand. */
function wayTo(address: string): InviteWay {
  if (address.trim() === "") return "screen";
  return address.includes("@") ? "mail" : "sms";
}

interface ResetClientProps {
  client: PersonView;
  busy: boolean;
  /** Why it was refused: the dialog stays, with what was typed. */
  trouble: Trouble | undefined;
  onClose(): void;
  onDone(address: string, way: InviteWay): void;
}

export function ResetClient({ client, busy, trouble, onClose, onDone }: ResetClientProps) {
  const say = useText();
  const words = useTroubleText();
  const form = useId();
  const field = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (trouble !== undefined) field.current?.querySelector("input")?.focus();
  }, [trouble]);
  const [address, setAddress] = useState("");
  const [chosen, setWay] = useState<InviteWay>();
  const way = chosen ?? wayTo(address);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDone(address, way);
  };
  return (
    <Dialog
      title={say("check.reset.title", { name: client.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="danger" type="submit" form={form} busy={busy}>
            {say("check.reset.verb")}
          </Button>
        </>
      }
    >
      <form ref={field} id={form} className={s.form} onSubmit={submit}>
        <p className={s.text}>{say("check.reset.text")}</p>
        <Field
          label={say("check.address")}
          hint={say("check.address_hint")}
          error={trouble && words(trouble)}
          value={address}
          dir="ltr"
          maxLength={254}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setAddress(event.target.value)}
        />
        <fieldset className={s.choices}>
          <legend>{say("invites.way")}</legend>
          {WAYS.map((one) => (
            <label key={one} className={s.choice}>
              <input type="radio" name="way" checked={way === one} onChange={() => setWay(one)} />
              {say(`invites.way.${one}`)}
            </label>
          ))}
        </fieldset>
        <p className={s.note}>{say("check.reset.note")}</p>
      </form>
    </Dialog>
  );
}
