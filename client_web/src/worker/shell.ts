/**
 * The files of one build, kept on the device so that the chat opens without a server.
 *
 *   * They are the same for everybody: answers of the API and files that people sent are never kept.
 *   * The page is asked for first, so that whoever opens it has the newest; its answer carries the
 *     security policy, which is kept with it.
 *   * A page that stays open while a newer build comes still finds the pieces of its own.
 */

/** One build; made by tools/worker.js. */
export interface Build {
  /** Changes with any of its files. */
  readonly name: string;
  /** What its page begins with; a page of another build does not name it. */
  readonly entry: string;
  /** Addresses below the origin. */
  readonly files: readonly string[];
}

/** What of a request decides; a browser's Request fits. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly mode: string;
}

export interface ShellOptions {
  readonly build: Build;
  readonly origin: string;
  readonly caches: CacheStorage;
  /** What a page asked for goes on as it was asked, so that the browser follows redirects itself. */
  readonly fetch: (asked: string | Asked, how?: RequestInit) => Promise<Response>;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const PREFIX = "onrecord-shell ";
const PAGE = "/";
/** Files whose names carry a hash of their content. */
const HASHED = "/assets/";
/** A network that has not brought the page by then is as good as none. */
const PAGE_MS = 3_000;

export class Shell {
  private readonly options: ShellOptions;
  private readonly name: string;

  constructor(options: ShellOptions) {
    this.options = options;
    this.name = PREFIX + options.build.name;
  }

  /** Fetches all of it; rejects, and keeps nothing, when a file is missing or of another build. */
  async install(): Promise<void> {
    const { build, caches } = this.options;
    const cache = await caches.open(this.name);
    try {
      await Promise.all(build.files.map((path) => this.fetchInto(cache, path)));
    } catch (error) {
      await caches.delete(this.name);
      throw error;
    }
  }

  /** Lets go of older builds, but for the last: pages of it may be open. */
  async activate(): Promise<void> {
    const { caches } = this.options;
    const others = (await caches.keys()).filter(
      (name) => name.startsWith(PREFIX) && name !== this.name,
    );
    await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  }

  /** Undefined: it is no file of a build, so the worker stays out of it. */
  answer(asked: Asked): Promise<Response> | undefined {
    const { origin, build } = this.options;
    const { pathname, search, origin: from } = new URL(asked.url);
    if (asked.method !== "GET" || from !== origin || search !== "") return undefined;
    if (asked.mode === "navigate") return pathname === PAGE ? this.page(asked) : undefined;
    const known = pathname.startsWith(HASHED) || build.files.includes(pathname);
    return known && pathname !== PAGE ? this.file(pathname) : undefined;
  }

  private async page(navigation: Asked): Promise<Response> {
    const { caches, fetch, wait } = this.options;
    const kept = await (await caches.open(this.name)).match(PAGE);
    const asked = fetch(navigation);
    if (kept === undefined) return asked;
    const fresh = asked.then((answer) => this.usable(answer)).catch(() => undefined);
    return (await Promise.race([fresh, wait(PAGE_MS)])) ?? kept;
  }

  /** Undefined: the server is there, but in no state to serve. */
  private async usable(answer: Response): Promise<Response | undefined> {
    // To a sign-in that stands before the server, for instance.
    if (answer.type === "opaqueredirect") return answer;
    if (!answer.ok) return undefined;
    // The same page may come with another security policy.
    if (await this.isOwn(answer)) {
      await (await this.options.caches.open(this.name)).put(PAGE, answer.clone());
    }
    return answer;
  }

  private async isOwn(page: Response): Promise<boolean> {
    return (await page.clone().text()).includes(this.options.build.entry);
  }

  private async file(path: string): Promise<Response> {
    const { caches, fetch } = this.options;
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX)).reverse();
    // Its own first: what carries no hash in its name differs between builds.
    for (const name of [this.name, ...names]) {
      const kept = names.includes(name) && (await (await caches.open(name)).match(path));
      if (kept) return kept;
    }
    return fetch(path);
  }

  private async fetchInto(cache: Cache, path: string): Promise<void> {
    const hashed = path.startsWith(HASHED);
    const answer = await this.options.fetch(path, { cache: hashed ? "default" : "no-cache" });
    if (!answer.ok) throw new TypeError(`${path}: ${answer.status}`);
    if (path === PAGE && !(await this.isOwn(answer))) throw new TypeError("another build's page");
    await cache.put(path, answer);
  }
}
