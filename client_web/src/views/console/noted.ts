/** Words for what the firm's rules noted about a message. */
import type { Say, TextId } from "../text";

const NOTES: Readonly<Record<string, TextId>> = {
  "off_channel.hint": "console.noted.off_channel",
  "orders.hint": "console.noted.orders",
};
const SIGNS: Readonly<Record<string, TextId>> = {
  messenger_link: "console.sign.messenger_link",
  messenger: "console.sign.messenger",
  private_channel: "console.sign.private_channel",
  offline: "console.sign.offline",
  phone_number: "console.sign.phone_number",
  security: "console.sign.security",
  order: "console.sign.order",
  transfer: "console.sign.transfer",
};

export function noteId(type: string): TextId {
  return NOTES[type] ?? "console.noted.other";
}

/** A kind of sign in words; one that is not known as it stands. */
export function signText(sign: string, say: Say): string {
  const id = SIGNS[sign];
  return id === undefined ? sign : say(id);
}
