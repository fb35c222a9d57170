/** Links to files, asked for together and kept while they work; and this device's own copies. */
import { failureOf } from "../session/failures";
import type { Cancel, Content } from "../session/ports";
import type { Session } from "../session/session";
import type { AskLink, AskLinks } from "../wire/types.gen";
import { troubleOf } from "./context";
import type { FilesModel, Source, Variant } from "./files";
import { type Observable, Observed } from "./observable";
import type { Trouble } from "./people";

/** A link that ends sooner is not given any more. */
const LEAST_LEFT_MS = 30_000;
/** As many links as one request takes. */
const MOST_ASKED = 50;
/** How many own copies stay at hand after they were sent. */
const MOST_LOCAL = 20;

type Answer = { readonly url: string; readonly until: number } | { readonly trouble: Trouble };

interface Asked {
  readonly ask: AskLink;
  readonly give: (answer: Answer) => void;
}

interface Known {
  readonly source: Promise<Source>;
  readonly until: { at: number };
}

export class SessionFiles implements FilesModel {
  readonly line: Observed<boolean>;
  private readonly session: Session;
  private readonly known = new Map<string, Known>();
  private readonly arrived = new Map<string, Observed<number>>();
  private readonly own = new Map<string, Promise<Content | undefined>>();
  private asked: Asked[] = [];
  private timer: Cancel | undefined;
  private readonly ends: readonly Cancel[];

  constructor(session: Session) {
    this.session = session;
    const isLive = () => session.connection.state === "live";
    this.line = new Observed(isLive());
    this.ends = [
      session.outbox.moved.subscribe(({ file, bytes }) => this.count(file).set(bytes)),
      session.statusChanged.subscribe(() => this.line.set(isLive())),
    ];
  }

  close(): void {
    for (const end of this.ends) end();
    this.timer?.();
  }

  source(event: string, file: string, variant: Variant, again = false): Promise<Source> {
    const name = `${event} ${file} ${variant}`;
    const known = this.known.get(name);
    if (known !== undefined && !again && known.until.at > this.now()) return known.source;
    const until = { at: Number.POSITIVE_INFINITY };
    const source = this.ask({ event, file, variant }, until);
    this.known.set(name, { source, until });
    return source;
  }

  local(file: string): Promise<Content | undefined> {
    const known = this.own.get(file);
    if (known !== undefined) return known;
    const content = this.session.outbox.files.get(file).then((found) => {
      if (found === undefined) this.own.delete(file);
      return found;
    });
    this.own.set(file, content);
    for (const oldest of this.own.keys()) {
      if (this.own.size <= MOST_LOCAL) break;
      this.own.delete(oldest);
    }
    return content;
  }

  progress(file: string): Observable<number> {
    return this.count(file);
  }

  private count(file: string): Observed<number> {
    const known = this.arrived.get(file) ?? new Observed(0);
    this.arrived.set(file, known);
    return known;
  }

  private now(): number {
    return this.session.clock.now() - this.session.clockAhead;
  }

  private async ask(ask: AskLink, until: { at: number }): Promise<Source> {
    const answer = await new Promise<Answer>((give) => {
      this.asked.push({ ask, give });
      // Those of one screen are asked for together.
      this.timer ??= this.session.clock.after(0, () => void this.fetch());
    });
    until.at = "url" in answer ? answer.until : 0;
    return answer;
  }

  private async fetch(): Promise<void> {
    this.timer = undefined;
    const all = this.asked.splice(0);
    for (let from = 0; from < all.length; from += MOST_ASKED) {
      await this.fetchSome(all.slice(from, from + MOST_ASKED));
    }
  }

  private async fetchSome(asked: readonly Asked[]): Promise<void> {
    const [first, ...others] = asked.map(({ ask }) => ask);
    if (first === undefined) return;
    try {
      const { links } = await this.session.api.fileLinks({
        links: [first, ...others] as AskLinks["links"],
      });
      for (const [index, { give }] of asked.entries()) {
        const { url, expires_at, code } = links[index] ?? {};
        if (url === undefined) give({ trouble: { code: code ?? "no_such_file" } });
        else give({ url, until: Date.parse(expires_at ?? "") - LEAST_LEFT_MS || 0 });
      }
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      for (const { give } of asked) give({ trouble });
    }
  }
}
