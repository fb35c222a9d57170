/** A time zone, by its name or chosen from all that the browser knows. */
import { useId } from "react";
import { useText } from "../text";
import { Field } from "./field";

interface ZoneFieldProps {
  zone: string;
  onZone(zone: string): void;
}

const ZONES = Intl.supportedValuesOf("timeZone");

export function ZoneField({ zone, onZone }: ZoneFieldProps) {
  const say = useText();
  const id = useId();
  return (
    <>
      <Field
        label={say("hours.zone")}
        list={`${id}-zones`}
        value={zone}
        required
        dir="ltr"
        onChange={(event) => onZone(event.target.value)}
      />
      <datalist id={`${id}-zones`}>
        {ZONES.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

/** The zone of this device. */
export function hereZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
