/** What stands beside a device's name. */
import type { IconName } from "./icon";

/** `name` as `platform/device_name.ts` makes it: "Safari, iPhone". */
export function deviceIcon(name: string): IconName {
  return /\b(?:Android|iPhone|iPad)\b/.test(name) ? "phone" : "device";
}
