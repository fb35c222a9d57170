/** The open conversation: its timeline, composer and members. */
import { failureOf } from "../session/failures";
import type { ConversationModel } from "./chat";
import { SessionComplaints } from "./complaints_model";
import { SessionComposer } from "./composer_model";
import type { Context } from "./context";
import type { ConversationItem, TheirHours } from "./conversation_list";
import type { SessionConversationList } from "./conversation_list_model";
import { Derived } from "./derived";
import { SessionFiles } from "./files_model";
import type * as laterModels from "./later_models";
import { type Place, SessionTimeline } from "./timeline_model";

export interface OpenConversationOptions {
  readonly id: string;
  readonly context: Context;
  readonly list: SessionConversationList;
  readonly dayOf: (time: number) => string;
  readonly loadLater: () => Promise<typeof laterModels>;
  readonly place: Place;
  readonly leftAt: (place: Place) => void;
}

export class OpenConversation implements ConversationModel {
  readonly id: string;
  readonly summary: Derived<ConversationItem>;
  readonly timeline: SessionTimeline;
  readonly composer: SessionComposer;
  readonly files: SessionFiles;
  readonly complaints: SessionComplaints;
  private readonly context: Context;
  private readonly hitView: SessionConversationList["hitView"];
  private readonly loadLater: OpenConversationOptions["loadLater"];
  private beside: laterModels.SessionDetails | undefined;
  private ended = false;
  private readonly stop: () => void;

  constructor(options: OpenConversationOptions) {
    const { id, context, list, dayOf, place, leftAt } = options;
    this.id = id;
    this.context = context;
    this.hitView = list.hitView;
    this.loadLater = options.loadLater;
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
    this.files = new SessionFiles(context.session);
    this.complaints = new SessionComplaints(context, id);
  }

  async hoursOf(person: string): Promise<TheirHours | undefined> {
    try {
      const { there, zone } = await this.context.session.api.personHours(person);
      return { there, zone };
    } catch (error) {
      failureOf(error);
      return undefined;
    }
  }

  async details(): Promise<laterModels.SessionDetails> {
    const { SessionDetails } = await this.loadLater();
    const { id: conv, timeline, composer, hitView } = this;
    this.beside ??= new SessionDetails(this.context, { conv, timeline, composer, hitView });
    if (this.ended) this.beside.close();
    return this.beside;
  }

  end(): void {
    this.ended = true;
    this.stop();
    this.timeline.close();
    this.composer.close();
    this.files.close();
    this.complaints.end();
    this.beside?.close();
    void this.context.session.drafts.flush();
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
