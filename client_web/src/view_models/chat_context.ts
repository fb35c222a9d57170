/** What the parts of one chat share, put together. */
import type { Session } from "../session/session";
import type { Context } from "./context";
import { Fetched } from "./fetched";
import { PeopleBook } from "./people_book";
import { Signs } from "./signs";
import type { Surroundings } from "./surroundings";
import { Toasts } from "./toasts_model";
import type { Tray } from "./tray";

/** `trays`: what is about to be sent, by conversation. */
export function contextOf(
  around: Surroundings,
  session: Session,
  trays: Map<string, Tray>,
): Context {
  return {
    session,
    book: new PeopleBook(session.roster, session.me.person.id, () => session.serverNow()),
    toasts: new Toasts(around.clock),
    attention: around.attention,
    signs: new Signs(around.loadSigns),
    orders: new Signs(around.loadOrders),
    rows: new Fetched(around.loadRows),
    soon: around.soon,
    trays,
    undoSend: around.undoSend,
    loadVoice: around.loadVoice,
  };
}
