/** The console's server and address bar, in memory. */
import { Refused } from "../../src/session/failures";
import { Console } from "../../src/view_models/console/console";
import type { Address, ConsoleApi, Wanted } from "../../src/view_models/console/ports";
import type { Somebody } from "../../src/view_models/switching";
import { matches } from "../../src/view_models/words";
import type * as wire from "../../src/wire/types.gen";
import { FakeClock } from "./clock";
import { AT, olga } from "./console_desk";
import { ToldDesk } from "./console_told";

export const CONVERSATION = "c".repeat(32);
const opened: wire.Case = { id: "C-1", reason: "why", opened_at: AT, last_at: AT, records: 1 };

function row(conv_seq: number): wire.TranscriptRow {
  return {
    archive_index: conv_seq,
    conv_seq,
    event_id: `${conv_seq}`,
    type: "x",
    at: AT,
    actor: olga,
  };
}

/** A console server with one case and one conversation of 5 records, read in pages of 2. */
export class Server extends ToldDesk implements ConsoleApi {
  readonly conversationsThere: wire.ConversationChoice[] = [];
  /** Conversations that lie outside the case. */
  readonly outside = new Set<string>();

  /** At most 3 a page, so that there are more. */
  async conversations({ title, person }: Wanted = {}) {
    this.only("compliance");
    this.asked.push(`conversations ${title ?? ""} ${person ?? ""}`.trim());
    const fits = this.conversationsThere.filter(
      (one) =>
        (title === undefined || matches(title, [one.title ?? ""])) &&
        (person === undefined || one.members.includes(person)),
    );
    return { conversations: fits.slice(0, 3), more: fits.length > 3 };
  }

  async streams() {
    this.only("auditor");
    return { streams: [{ id: "identity", kind: "identity", records: 5, last_at: AT }] };
  }

  async records(stream: string, before = 6) {
    this.only("auditor");
    this.looked.push(`records ${stream} ${before}`);
    const numbers = [5, 4, 3, 2, 1].filter((number) => number < before).slice(0, 2);
    const records = numbers.map((number) => ({
      number,
      archive_index: number,
      event_id: `${number}`,
      type: "link.created",
      at: AT,
      actor: olga,
      facts: { person: olga.id, audience: "chat" },
    }));
    return { records, more: (numbers.at(-1) ?? 1) > 1 };
  }

  async cases() {
    this.only("compliance");
    return { cases: [opened] };
  }

  async openCase() {
    return opened;
  }

  async looks(id: string): Promise<wire.CaseLooks> {
    if (id !== opened.id) throw new Refused(404, "no_such_case", "");
    return { case: opened, looks: [], more: false };
  }

  async searchCase(_: string, query: wire.Query): Promise<wire.SearchResult> {
    if (!this.session) throw new Refused(401, "no_session", "");
    this.within(query.conversation, query.reason);
    this.looked.push(`search ${JSON.stringify(query)}`);
    const about = { number: 2, recorded_at: AT, count: 0, records: 0, sha256: "", upto: 9 };
    return { ...about, hits: [], more: false };
  }

  async hits() {
    return { offset: 0, hits: [], more: false };
  }

  async openRange(_: string, range: wire.OpenRange): Promise<wire.OpenedRange> {
    this.within(range.conversation, range.reason);
    this.looked.push(`range ${range.conversation} ${range.reason ?? ""}`.trim());
    const about = { number: 3, recorded_at: AT, conversation: range.conversation, kind: "group" };
    return { ...about, first: 1, last: 5, count: 5, members: [], people: [], read_marks: [] };
  }

  async rows(_: string, __: number, after: number) {
    const rows = [1, 2, 3, 4, 5]
      .filter((seq) => seq > after)
      .slice(0, 2)
      .map(row);
    return { rows, more_before: after > 0, more_after: after + rows.length < 5 };
  }

  async exports(): Promise<wire.Exports> {
    return { exports: [] };
  }

  async order(_ = "", { span, reason }: wire.NewExport = {}): Promise<wire.Export> {
    this.within(span?.conversation, reason);
    throw new Refused(429, "too_many_exports", "");
  }

  async dropExport() {}

  protected within(conversation = "", reason = opened.reason): void {
    if (!this.outside.has(conversation)) return;
    if (reason === opened.reason) throw new Refused(409, "reason_needed", "");
    this.outside.delete(conversation);
  }
}

/** One tab's address bar. */
export class Bar implements Address {
  readonly steps = [""];
  read = () => this.steps.at(-1) ?? "";
  push = (fragment: string) => void this.steps.push(fragment);
  replace = (fragment: string) => void this.steps.splice(-1, 1, fragment);
  subscribe = () => () => {};
}

/** A console that was started at an address. */
export async function startedAt(
  fragment: string,
  server: Server,
  bar: Bar,
  clock = new FakeClock(),
  was: Somebody | undefined = undefined,
) {
  let wasHere = was;
  bar.replace(fragment);
  const app = new Console({
    api: server,
    address: bar,
    clock,
    deviceName: "test",
    zone: "Europe/Warsaw",
    takeLink: () => undefined,
    wasHere: {
      get: () => wasHere,
      set: (somebody) => {
        wasHere = somebody;
      },
    },
  });
  await app.start();
  return app;
}
