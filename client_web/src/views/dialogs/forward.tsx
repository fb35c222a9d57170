/** Where messages are sent on to; across the firm's edge it asks once more. */
import { useState } from "react";
import type { ForwardModel, ForwardState } from "../../view_models/forward";
import type { Details } from "../../view_models/later";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Dialog } from "../parts/dialog";
import { useResults } from "../parts/results";
import { SearchField } from "../parts/search_field";
import { Strip } from "../parts/strip";
import { useText } from "../text";
import s from "./forward.module.css";
import { Along } from "./forward_along";
import { Targets } from "./forward_targets";

interface ForwardProps {
  details: Details;
  eventId: string;
  onClose(): void;
}

export function Forward({ details, eventId, onClose }: ForwardProps) {
  const [model] = useState(() => details.forward(eventId));
  const state = useObserved(model.state);
  const send = () => {
    if (model.send()) onClose();
  };
  return state.asking ? (
    <Across state={state} onBack={() => model.back()} onSend={send} />
  ) : (
    <Choose state={state} model={model} onSend={send} onClose={onClose} />
  );
}

interface ChooseProps {
  state: ForwardState;
  model: Omit<ForwardModel, "state">;
  onSend(): void;
  onClose(): void;
}

function Choose({ state, model, onSend, onClose }: ChooseProps) {
  const say = useText();
  const { list, keys } = useResults(state.query);
  return (
    <Dialog
      tall
      title={say("forward.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" disabled={!state.canSend} onClick={onSend}>
            {say("forward.verb", { count: state.chosen.length })}
          </Button>
        </>
      }
    >
      <div className={s.top}>
        <Along state={state} onToggle={(id) => model.toggleMessage(id)} />
        <SearchField
          label={say("forward.search")}
          value={state.query}
          onChange={(query) => model.search(query)}
          {...keys}
        />
        {state.crossing === undefined ? null : (
          <div className={s.strip} role="status">
            <Strip tone="outside" icon="alert">
              <Edge state={state} />
            </Strip>
          </div>
        )}
      </div>
      <Targets list={list} state={state} onToggle={(id) => model.toggle(id)} />
    </Dialog>
  );
}

interface AcrossProps {
  state: ForwardState;
  onBack(): void;
  onSend(): void;
}

/** The way back comes first: another Enter sends nothing. */
function Across({ state, onBack, onSend }: AcrossProps) {
  const say = useText();
  return (
    <Dialog
      title={say("forward.across.title", { side: state.crossing?.to === "" ? "from" : "to" })}
      onClose={onBack}
      actions={
        <>
          <Button look="primary" data-focus="" onClick={onBack}>
            {say("forward.across.back")}
          </Button>
          <Button onClick={onSend}>{say("forward.across.verb")}</Button>
        </>
      }
    >
      <div className={s.across}>
        <p>
          <Edge state={state} />
        </p>
        <ul className={s.named}>
          {state.chosen.map((item) => (
            <li key={item.id}>
              <bdi>{item.name}</bdi>
              {item.outside ? <ClientTag who={item.outsideName} /> : null}
            </li>
          ))}
        </ul>
        <p className={s.soft}>{say("forward.across.text")}</p>
      </div>
    </Dialog>
  );
}

function Edge({ state: { crossing, count } }: { state: ForwardState }) {
  const say = useText();
  const { to = "", from = "" } = crossing ?? {};
  return (
    <>
      {to === "" ? null : say("forward.to_client", { names: to, count })}
      {to === "" || from === "" ? null : " "}
      {from === "" ? null : say("forward.from_client", { name: from })}
    </>
  );
}
