/** One's own hours, and that one is away. */
import type { OwnHoursModel } from "../../view_models/hours";
import { OwnHoursPart } from "../parts/own_hours";
import { Sheet, SheetPart } from "../parts/sheet";
import { useText } from "../text";
import s from "./sheets.module.css";

interface HoursSheetProps {
  model: OwnHoursModel;
  onClose(): void;
}

export function HoursSheet({ model, onClose }: HoursSheetProps) {
  const say = useText();
  return (
    <Sheet title={say("hours.title")} onClose={onClose}>
      <SheetPart>
        <div className={s.picture}>
          <p className={s.note}>{say("hours.lead")}</p>
          <OwnHoursPart model={model} />
        </div>
      </SheetPart>
    </Sheet>
  );
}
