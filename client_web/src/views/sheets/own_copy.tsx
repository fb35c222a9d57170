/** A client's own copy: what it is, making one, and what to do with it. */
import { useEffect } from "react";
import type { OwnCopyModel, OwnCopyState, OwnCopyView } from "../../view_models/own_copy";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import button from "../parts/button.module.css";
import { Problem } from "../parts/field";
import { Sheet, SheetPart } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./own_copy.module.css";

interface OwnCopySheetProps {
  model: OwnCopyModel;
  language: "en" | "pl";
  onClose(): void;
}

export function OwnCopySheet({ model, language, onClose }: OwnCopySheetProps) {
  const say = useText();
  const state = useObserved(model.state);
  useEffect(() => model.watch(), [model]);
  return (
    <Sheet title={say("copy.title")} onClose={onClose}>
      <SheetPart>
        <div className={s.part}>
          <p>{say("copy.lead")}</p>
          <Making state={state} address={model.address} onMake={() => model.make(language)} />
        </div>
      </SheetPart>
      <SheetPart title={say("copy.about")}>
        <div className={s.part}>
          <p>{say("copy.contents")}</p>
          <p>{say("copy.check")}</p>
          <p>{say("copy.numbers")}</p>
          <p>{say("copy.recorded")}</p>
        </div>
      </SheetPart>
    </Sheet>
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
  const { copy, trouble, busy, loading } = state;
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
      {making ? null : (
        <Button look={ready ? "plain" : "primary"} busy={busy || loading} onClick={onMake}>
          {say(ready ? "copy.again" : "copy.make")}
        </Button>
      )}
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
