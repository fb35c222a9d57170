/** A connection of which there is nothing to say. */
import type { StatusState } from "../../view_models/status";

const failedAt = { conversation: "c-piotr", message: "m" };
export const online: StatusState = {
  connection: "online",
  recording: "on",
  unsent: 0,
  failed: 0,
  failedAt,
};
