/** A client's own copy: what it is, making one, and what to do with it. */
import type { OwnCopyModel } from "../../view_models/own_copy";
import { AboutCopy, MakeCopy } from "../parts/make_copy";
import { Sheet, SheetPart } from "../parts/sheet";
import { useText } from "../text";
import s from "./sheets.module.css";

interface OwnCopySheetProps {
  model: OwnCopyModel;
  onClose(): void;
}

export function OwnCopySheet({ model, onClose }: OwnCopySheetProps) {
  const say = useText();
  return (
    <Sheet title={say("copy.title")} onClose={onClose}>
      <SheetPart>
        <div className={s.end}>
          <MakeCopy model={model} />
        </div>
      </SheetPart>
      <SheetPart title={say("copy.about")}>
        <div className={s.end}>
          <AboutCopy />
        </div>
      </SheetPart>
    </Sheet>
  );
}
