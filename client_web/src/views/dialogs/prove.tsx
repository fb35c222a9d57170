/** "It is you?": a code before a file of a kind that the firm marked. */
import { useEffect, useState } from "react";
import type { Details } from "../../view_models/later";
import { Chunk } from "../chunk";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./dialogs.module.css";

const loadCodeForm = () => import("../invitation/code_form");

interface ProveProps {
  details: Pick<Details, "proof">;
  onProved(): void;
  onClose(): void;
}

export function Prove({ details, onProved, onClose }: ProveProps) {
  const say = useText();
  const words = useTroubleText();
  const [model] = useState(() => details.proof(onProved));
  const { code, trouble } = useObserved(model.state);
  useEffect(() => () => model.close(), [model]);
  return (
    <Dialog title={say("prove.title")} onClose={onClose}>
      <p className={s.text}>{say("prove.text")}</p>
      {trouble === undefined ? null : (
        <>
          <Problem text={words(trouble)} />
          <Button onClick={() => model.again()}>{say("message.retry")}</Button>
        </>
      )}
      {code === undefined ? null : (
        <Chunk load={loadCodeForm}>{(part) => <part.CodeForm model={code} />}</Chunk>
      )}
    </Dialog>
  );
}
