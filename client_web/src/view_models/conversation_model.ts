/** The open conversation: its timeline, composer and members. */
import type { ConversationModel } from "./chat";
import { type AdvisorsCheck, checkOf } from "./client_check_model";
import { SessionComplaints } from "./complaints_model";
import { SessionComposer } from "./composer_model";
import type { Context } from "./context";
import type { ConversationItem } from "./conversation_list";
import type { SessionConversationList } from "./conversation_list_model";
import { Derived } from "./derived";
import { SessionMembers } from "./members_model";
import { SessionMessageInfo } from "./message_info_model";
import { type Place, SessionTimeline } from "./timeline_model";

export interface OpenConversationOptions {
  readonly id: string;
  readonly context: Context;
  readonly list: SessionConversationList;
  readonly dayOf: (time: number) => string;
  readonly place: Place;
  readonly leftAt: (place: Place) => void;
}

export class OpenConversation implements ConversationModel {
  readonly id: string;
  readonly summary: Derived<ConversationItem>;
  readonly timeline: SessionTimeline;
  readonly composer: SessionComposer;
  readonly members: SessionMembers;
  readonly complaints: SessionComplaints;
  private readonly context: Context;
  private checking: AdvisorsCheck | undefined;
  private readonly stop: () => void;

  constructor(options: OpenConversationOptions) {
    const { id, context, list, dayOf, place, leftAt } = options;
    this.id = id;
    this.context = context;
    void context.signs.fetch();
    this.summary = new Derived(() => list.item(id) ?? unknownItem(id), context.soon);
    this.stop = list.state.subscribe(this.summary.update);
    this.timeline = new SessionTimeline(context, {
      conv: id,
      dayOf,
      place,
      leftAt,
      item: () => list.item(id),
      numberOf: (eventId) => list.hit(eventId)?.conv_seq,
    });
    this.composer = new SessionComposer(context, {
      conv: id,
      timeline: context.session.timelines.use(id).timeline,
      item: () => list.item(id),
      sent: () => this.timeline.goToEnd(),
    });
    this.members = new SessionMembers(context, id);
    this.complaints = new SessionComplaints(context, id);
  }

  /** Whose relationship it is may be known only later, and may change. */
  get check(): AdvisorsCheck | undefined {
    this.checking ??= checkOf(this.context, this.id);
    return this.checking;
  }

  info(eventId: string): SessionMessageInfo {
    return new SessionMessageInfo(this.context, eventId);
  }

  end(): void {
    this.stop();
    this.timeline.close();
    this.composer.close();
    this.members.close();
    this.complaints.end();
    this.checking?.close();
    this.context.session.drafts.flush();
  }
}

/** A conversation of which only the id is known yet. */
function unknownItem(id: string): ConversationItem {
  return {
    id,
    kind: "direct",
    name: "…",
    others: [],
    outside: false,
    unread: 0,
    left: false,
    typing: [],
  };
}
