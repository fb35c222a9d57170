/** One's own picture, as others see it. */
import type { PersonView } from "../../view_models/people";
import type { OwnPictureModel } from "../../view_models/pictures";
import { useObserved } from "../observed";
import { Problem } from "../parts/field";
import { PictureField } from "../parts/picture_field";
import { Sheet, SheetPart } from "../parts/sheet";
import { useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface PictureSheetProps {
  me: PersonView;
  model: OwnPictureModel;
  onClose(): void;
}

export function PictureSheet({ me, model, onClose }: PictureSheetProps) {
  const say = useText();
  const words = useTroubleText();
  const { busy, done, trouble } = useObserved(model.state);
  return (
    <Sheet title={say("picture.title")} onClose={onClose}>
      <SheetPart>
        <div className={s.picture}>
          <PictureField
            id={me.id}
            name={me.name}
            picture={me.picture}
            busy={busy}
            onChoose={(file) => void model.set(file)}
            onRemove={() => void model.remove()}
          />
          {trouble === undefined ? null : <Problem text={words(trouble)} />}
          <p role="status" className={s.note}>
            {busy ? say("picture.busy") : done === undefined ? "" : say(`picture.done.${done}`)}
          </p>
          <p className={s.note}>{say("picture.kinds")}</p>
          <p className={s.note}>{say("picture.recorded")}</p>
        </div>
      </SheetPart>
    </Sheet>
  );
}
