/** A group that this page was opened with a link to, and the way in. */
import { useState } from "react";
import type { JoinState } from "../../view_models/join";
import type { Later } from "../../view_models/later";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./dialogs.module.css";

/** What asking again does not change. */
const FINAL = new Set(["no_such_link", "staff_link"]);

interface JoinDialogProps {
  later: Later;
  link: string;
  onClose(): void;
}

export function JoinDialog({ later, link, onClose }: JoinDialogProps) {
  const say = useText();
  const words = useTroubleText();
  const [model] = useState(() => later.join(link));
  const { loading, busy, offer, trouble } = useObserved(model.state);
  const again = trouble !== undefined && offer === undefined && !FINAL.has(trouble.code);
  return (
    <Dialog
      title={offer === undefined ? say("join.title") : titleOf(offer, say)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say(offer === undefined ? "close" : "cancel")}</Button>
          {again ? (
            <Button onClick={() => void model.refresh()}>{say("message.retry")}</Button>
          ) : null}
          {offer === undefined ? null : (
            <Button
              look="primary"
              data-focus=""
              busy={busy}
              onClick={() => void model.join().then((open) => open && onClose())}
            >
              {say(offer.joined ? "join.open" : "join.verb")}
            </Button>
          )}
        </>
      }
    >
      {loading ? <p role="status">{say("join.loading")}</p> : null}
      {offer === undefined ? null : <Offer offer={offer} />}
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
    </Dialog>
  );
}

type Known = NonNullable<JoinState["offer"]>;

function titleOf({ title, joined }: Known, say: ReturnType<typeof useText>): string {
  if (joined) return say("join.joined");
  return title === undefined ? say("join.title") : say("join.title.named", { title });
}

function Offer({ offer }: { offer: Known }) {
  const say = useText();
  const { description, members: count, by, joined } = offer;
  return (
    <>
      {description === undefined ? null : (
        <p className={s.text} dir="auto">
          {description}
        </p>
      )}
      <p className={s.note}>{say("join.about", { count, by })}</p>
      {joined ? null : <p className={s.note}>{say("join.note")}</p>}
    </>
  );
}
