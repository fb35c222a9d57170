/** That the other side is outside their hours: what their clock shows then. */
import { useEffect, useState } from "react";
import type { ConversationModel } from "../../view_models/chat";
import type { TheirHours } from "../../view_models/conversation_list";
import type { PersonView } from "../../view_models/people";
import { isElsewhere, timeIn } from "../parts/zone_time";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";
import s from "./header.module.css";

/** As often hours are asked for again while the conversation is open. */
const EVERY_MS = 5 * 60_000;

interface TheirTimeProps {
  model: ConversationModel;
  other: PersonView;
  now: number;
}

export function TheirTime({ model, other, now }: TheirTimeProps) {
  const say = useText();
  const { language } = usePreferences();
  const [hours, setHours] = useState<TheirHours>();
  useEffect(() => {
    const ask = () => void model.hoursOf(other.id).then(setHours);
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, [model, other.id]);
  if (hours === undefined || hours.there || other.awayUntil !== undefined) return null;
  const { zone } = hours;
  // In one's own zone one knows what time it is.
  if (zone === undefined || !isElsewhere(zone, now)) return null;
  const time = timeIn(zone, now, language);
  if (time === undefined) return null;
  return (
    <span className={s.attendance}>{say("presence.their_time", { time, name: other.name })}</span>
  );
}
