/** The page of a letter's link: a client stops the reset that their advisor asked for. */
import type { ObjectionModel, ObjectionState } from "../../view_models/objection";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Starting } from "../starting";
import { type TextId, useFormat, useText, useTroubleText } from "../text";
import { DoorPage } from "./door_page";
import s from "./invitation.module.css";

export function Objection({ model }: { model: ObjectionModel }) {
  const state = useObserved(model.state);
  switch (state.step) {
    case "loading":
      return <Starting />;
    case "failed":
      return <Failed model={model} state={state} />;
    case "closed":
      return <Told model={model} id="closed" firm="" />;
    case "asking":
      return <Asking model={model} state={state} />;
    case "stopped":
    case "over":
      return <Told model={model} id={state.step} firm={state.shown.firm} />;
  }
}

type At<S extends ObjectionState["step"]> = Extract<ObjectionState, { step: S }>;
type Shown = Extract<ObjectionState, { shown: unknown }>;

function Failed({ model, state }: { model: ObjectionModel; state: At<"failed"> }) {
  const say = useText();
  const words = useTroubleText();
  return (
    <DoorPage title={say("objection.title")} step="failed">
      <div className={s.actions}>
        <Problem text={words(state.trouble)} />
        <Button look="primary" onClick={() => void model.retry()}>
          {say("message.retry")}
        </Button>
      </div>
    </DoorPage>
  );
}

function Asking({ model, state }: { model: ObjectionModel; state: Shown }) {
  const say = useText();
  const format = useFormat();
  const words = useTroubleText();
  const { shown, busy, trouble } = state;
  const { advisor, takes_effect_at: at } = shown.reset;
  return (
    <DoorPage title={say("objection.title")} step="asking">
      <p className={s.lead}>
        {at === undefined
          ? say("reset.asked", { advisor })
          : say("reset.asked_at", { advisor, time: format.moment(at) })}
      </p>
      <p>{say("objection.text")}</p>
      <div className={s.actions}>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        <Button look="primary" busy={busy} onClick={() => void model.stop()}>
          {say("reset.stop")}
        </Button>
        <Button look="quiet" onClick={() => model.goOn()}>
          {say("objection.asked")}
        </Button>
      </div>
    </DoorPage>
  );
}

interface ToldProps {
  model: ObjectionModel;
  id: "stopped" | "over" | "closed";
  firm: string;
}

function Told({ model, id, firm }: ToldProps) {
  const say = useText();
  return (
    <DoorPage title={say(`objection.${id}` as TextId)} step={id}>
      <p role="status">{say(`objection.${id}.text` as TextId, { firm })}</p>
      <div className={s.actions}>
        <Button look="primary" onClick={() => model.goOn()}>
          {say("invitation.messages")}
        </Button>
      </div>
    </DoorPage>
  );
}
