/** Connection and recording of this session. */
import { messageOf } from "../session/outbox_entry";
import type { Session } from "../session/session";
import { Derived, type Soon } from "./derived";
import type { StatusModel, StatusState } from "./status";

/** A clock that is wrong by less is nobody's concern. */
const SKEW_MS = 30_000;

export class SessionStatus implements StatusModel {
  readonly state: Derived<StatusState>;
  private readonly session: Session;

  constructor(session: Session, soon: Soon) {
    this.session = session;
    this.state = new Derived(() => this.compute(), soon);
    session.statusChanged.subscribe(this.state.touch);
    session.outbox.changed.subscribe(this.state.touch);
    session.store.keepsChanged.subscribe(this.state.touch);
  }

  retryNow(): void {
    this.session.connection.retryNow();
  }

  private compute(): StatusState {
    const { session } = this;
    const { unsent, refused, first } = session.outbox.count();
    const ahead = Math.round(session.clockAhead / 1000);
    return {
      connection: this.connection(),
      retryAt: session.connection.retryAt,
      recording: session.recording,
      unsent,
      failed: refused,
      failedAt: first && { conversation: first.conv, message: messageOf(first) },
      unkept: !session.store.keeps && unsent + refused > 0,
      clockAhead: Math.abs(session.clockAhead) > SKEW_MS ? ahead : undefined,
    };
  }

  private connection(): StatusState["connection"] {
    const { session } = this;
    if (session.connection.state === "live") return "online";
    if (!session.network.online()) return "offline";
    if (session.connection.crowded) return "crowded";
    return session.wasLive || session.connection.retryAt !== undefined ? "lost" : "connecting";
  }
}
