/** JSON to frames and back. What a newer server adds is passed over; what is wrong is an error. */
import { type Definition, knows, mistake } from "./schema";
import type { AnyClientFrame, AnyEvent, AnyServerFrame, Ephemeral, TypingNow } from "./types.gen";

export const SUBPROTOCOL = "onrecord.v1";

/** The server sent what the protocol does not allow. */
export class BadFrame extends Error {
  override readonly name = "BadFrame";
}

/**
 * The frame in one text message; undefined: a frame that this client does not know.
 *
 * Events and ephemeral items of unknown type are left out of their frame: the cursor still moves.
 * Throws BadFrame.
 */
export function decode(text: string): AnyServerFrame | undefined {
  const value = parse(text);
  if (!isRecord(value)) throw new BadFrame("$: not an object");
  if (!knows("AnyServerFrame", value.t)) {
    if (typeof value.t === "string") return undefined;
    throw new BadFrame("$.t: missing");
  }
  return checked<AnyServerFrame>("AnyServerFrame", withKnownItems(value));
}

export function encode(frame: AnyClientFrame): string {
  return JSON.stringify(frame);
}

/** A body of the REST side, checked; a page comes without events of unknown type. Throws BadFrame. */
export function checked<T>(name: Definition, value: unknown): T {
  const body =
    name === "Timeline" && isRecord(value) && Array.isArray(value.events)
      ? { ...value, events: known(value.events) }
      : value;
  const found = mistake(name, body);
  if (found !== undefined) throw new BadFrame(found);
  return body as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadFrame("not JSON", { cause: error });
  }
}

function withKnownItems(frame: Readonly<Record<string, unknown>>): unknown {
  if (frame.t === "events" && Array.isArray(frame.events)) {
    return { ...frame, events: known(frame.events) };
  }
  if (frame.t === "ephemeral" && Array.isArray(frame.items)) {
    const items = frame.items.filter(
      (item: Partial<TypingNow> | null) =>
        typeof item?.k !== "string" || Object.hasOwn(EPHEMERAL, item.k),
    );
    return { ...frame, items };
  }
  return frame;
}

function known(events: readonly (Partial<AnyEvent> | null)[]) {
  return events.filter((event) => typeof event?.type !== "string" || knows("AnyEvent", event.type));
}

type EphemeralKind = Ephemeral["items"][number]["k"];
/** All of them, or it does not compile. */
const EPHEMERAL: Readonly<Record<EphemeralKind, true>> = {
  typing: true,
  presence: true,
  directory: true,
  recording: true,
  answers: true,
  waiting: true,
  scheduled: true,
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
