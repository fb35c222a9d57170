/** Before an export: what the bundle holds and proves, its language, and that it is recorded. */
import { useState } from "react";
import { broadcastIn } from "../../view_models/console/broadcasts";
import type { NewExport } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import type { Trouble } from "../../view_models/people";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Problem } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { useText, useTroubleText } from "../text";
import { SelectField } from "./select_field";
import { WillBeRecorded } from "./will_be_recorded";

interface ExportDialogProps {
  bench: Workbench;
  order: NewExport;
  onClose(): void;
}

function whatOf({ span }: NewExport): "search" | "range" | "broadcast" {
  if (span === undefined) return "search";
  return broadcastIn(span.conversation) === undefined ? "range" : "broadcast";
}

export function ExportDialog({ bench, order, onClose }: ExportDialogProps) {
  const say = useText();
  const words = useTroubleText();
  const preferences = usePreferences();
  const [language, setLanguage] = useState(preferences.language);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const what = whatOf(order);
  const start = async () => {
    setBusy(true);
    const refusal = await bench.order({ ...order, language });
    setBusy(false);
    setTrouble(refusal);
  };
  return (
    <Dialog
      title={say("console.export.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" busy={busy} data-focus="" onClick={() => void start()}>
            {say("console.export.verb")}
          </Button>
        </>
      }
    >
      <p>{say("console.export.holds")}</p>
      <p>{say(`console.export.proves.${what}`)}</p>
      <SelectField
        label={say("console.export.language")}
        value={language}
        options={[
          { value: "en", label: "English", lang: "en" },
          { value: "pl", label: "Polski", lang: "pl" },
        ]}
        onChange={(value) => setLanguage(value === "pl" ? "pl" : "en")}
      />
      <WillBeRecorded bench={bench} what={say(`console.recorded.export.${what}`)} />
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
    </Dialog>
  );
}
