/** A client's own copy: asking for it, how far it is, fetching it, and what it is. */
import { useEffect } from "react";
import type { OwnCopyModel, OwnCopyState, OwnCopyView } from "../../view_models/own_copy";
import { useObserved } from "../observed";
import { usePreferences } from "../preferences_context";
import { useFormat, useText, useTroubleText } from "../text";
import { Button } from "./button";
import button from "./button.module.css";
import { Problem } from "./field";
import s from "./make_copy.module.css";

export function MakeCopy({ model }: { model: OwnCopyModel }) {
  const say = useText();
  const state = useObserved(model.state);
  const { language } = usePreferences();
  useEffect(() => model.watch(), [model]);
  return (
    <div className={s.part}>
      <p>{say("copy.lead")}</p>
      <Making state={state} address={model.address} onMake={() => model.make(language)} />
    </div>
  );
}

export function AboutCopy() {
  const say = useText();
  return (
    <div className={s.part}>
      <p>{say("copy.contents")}</p>
      <p>{say("copy.check")}</p>
      <p>{say("copy.numbers")}</p>
      <p>{say("copy.recorded")}</p>
    </div>
  );
}

interface MakingProps {
  state: OwnCopyState;
  address: string;
  onMake(): void;
}

function Making({ state, address, onMake }: MakingProps) {
  const say = useText();
  const words = useTroubleText();
  const { copy, trouble, busy } = state;
  const making = copy?.state === "making";
  const ready = copy?.state === "ready";
  return (
    <>
      <div role="status" className={s.part}>
        {making ? <Progress copy={copy} /> : null}
        {ready ? <Ready copy={copy} address={address} /> : null}
        {copy?.state === "failed" ? <Problem text={say("copy.failed")} /> : null}
      </div>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      <Button look={ready ? "plain" : "primary"} busy={busy || making} onClick={onMake}>
        {say(ready ? "copy.again" : "copy.make")}
      </Button>
    </>
  );
}

function Progress({ copy }: { copy: OwnCopyView }) {
  const say = useText();
  const format = useFormat();
  const told = say("copy.making", {
    done: format.count(copy.done),
    total: format.count(copy.total),
  });
  return (
    <>
      <progress className={s.bar} max={copy.total} value={copy.done} aria-label={told} />
      <p>{told}</p>
    </>
  );
}

function Ready({ copy, address }: { copy: OwnCopyView; address: string }) {
  const say = useText();
  const format = useFormat();
  const kib = Math.max(1, Math.round((copy.size ?? 0) / 1024));
  return (
    <>
      <p>{say("copy.ready", { until: format.clock(copy.until ?? "") })}</p>
      <a className={button.button} data-look="primary" href={address} download>
        {say("copy.download", { size: format.count(kib) })}
      </a>
    </>
  );
}
