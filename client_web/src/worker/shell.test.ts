import { beforeEach, describe, expect, test } from "vitest";
import { FakeCaches } from "../../tests/fakes/caches";
import { type Build, Shell } from "./shell";

const ORIGIN = "https://chat.example";

/** What a worker sees of a redirect that a page has to follow. */
const MOVED = Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });

/** A server with one build at a time; a test takes the line away, or makes it slow. */
class Site {
  readonly caches = new FakeCaches();
  readonly asked: string[] = [];
  files = new Map<string, string>();
  policy = "files-1";
  state: "there" | "gone" | "slow" | "failing" | "moved" = "there";

  /** Puts a build in the place of the one before; its worker. */
  deploy(letter: string): Shell {
    const entry = `/assets/chat-${letter}.js`;
    this.files = new Map([
      ["/", `<script src="${entry}">`],
      [entry, `chat ${letter}`],
      [`/assets/log-${letter}.js`, `log ${letter}`],
      ["/favicon.svg", `icon ${letter}`],
    ]);
    return this.workerOf({ name: letter, entry, files: [...this.files.keys()] });
  }

  workerOf(build: Build): Shell {
    return new Shell({
      build,
      origin: ORIGIN,
      caches: this.caches.storage,
      fetch: (asked) => this.fetch(typeof asked === "string" ? asked : new URL(asked.url).pathname),
      wait: async () => (this.state === "slow" ? undefined : new Promise(() => {})),
    });
  }

  private async fetch(path: string): Promise<Response> {
    this.asked.push(path);
    if (this.state === "gone") throw new TypeError("Failed to fetch");
    if (this.state === "slow") return new Promise(() => {});
    if (this.state === "failing") return new Response("", { status: 503 });
    if (this.state === "moved") return MOVED;
    const text = this.files.get(path);
    const headers = { "content-security-policy": this.policy };
    return new Response(text ?? "", { status: text === undefined ? 404 : 200, headers });
  }
}

let site: Site;
let shell: Shell;

beforeEach(async () => {
  site = new Site();
  shell = site.deploy("A");
  await shell.install();
  await shell.activate();
});

const get = (path: string, mode = "no-cors", method = "GET") => ({
  url: path.startsWith("https:") ? path : ORIGIN + path,
  mode,
  method,
});
const text = async (worker: Shell, path: string, mode?: string) =>
  (await worker.answer(get(path, mode)))?.text();

describe("the shell", () => {
  test("opens without a server, with all its pieces", async () => {
    site.state = "gone";
    expect(await text(shell, "/", "navigate")).toContain("chat-A");
    expect(await text(shell, "/assets/log-A.js")).toBe("log A");
    expect(await text(shell, "/favicon.svg")).toBe("icon A");
  });

  test.each(["slow", "failing"] as const)("opens while the server is %s", async (state) => {
    site.state = state;
    expect(await text(shell, "/", "navigate")).toContain("chat-A");
  });

  test("lets the browser follow a redirect, as to a sign-in before the server", async () => {
    site.state = "moved";
    expect(await shell.answer(get("/", "navigate"))).toBe(MOVED);
    site.state = "gone";
    expect(await text(shell, "/", "navigate")).toContain("chat-A");
  });

  test("stays out of everything that is no file of a build", () => {
    const others = [
      get("/api/v1/bootstrap"),
      get("/api/v1/people/1/picture"),
      get("/api/v1/copy", "navigate"),
      get("/", "navigate", "POST"),
      get("/?x=1", "navigate"),
      get("/"),
      get("https://files.example/assets/x.js"),
      get("/elsewhere", "navigate"),
    ];
    expect(others.map((asked) => shell.answer(asked))).toEqual(others.map(() => undefined));
  });

  test("asks for no file twice, and keeps nothing but the files of the build", async () => {
    site.asked.length = 0;
    await text(shell, "/assets/chat-A.js");
    await text(shell, "/assets/log-A.js");
    expect(site.asked).toEqual([]);
    const { "onrecord-shell A": kept = [], ...others } = site.caches.contents;
    expect([...kept].sort()).toEqual([...site.files.keys()].sort());
    expect(others).toEqual({});
  });

  test("keeps the security policy of the last answer with the page", async () => {
    site.policy = "files-2";
    await text(shell, "/", "navigate");
    site.state = "gone";
    const page = await shell.answer(get("/", "navigate"));
    expect(page?.headers.get("content-security-policy")).toBe("files-2");
  });
});

describe("a newer build", () => {
  test("is what opens next, also before its worker is there", async () => {
    site.deploy("B");
    expect(await text(shell, "/", "navigate")).toContain("chat-B");
    expect(await text(shell, "/assets/log-B.js")).toBe("log B");
    site.state = "gone";
    expect(await text(shell, "/", "navigate")).toContain("chat-A");
  });

  test("still has the pieces of the last one for pages that are open, and no older ones", async () => {
    const second = site.deploy("B");
    await second.install();
    await second.activate();
    expect(await text(second, "/assets/log-A.js")).toBe("log A");
    expect(await text(second, "/favicon.svg")).toBe("icon B");
    const third = site.deploy("C");
    await third.install();
    await third.activate();
    expect(Object.keys(site.caches.contents)).toEqual(["onrecord-shell B", "onrecord-shell C"]);
  });

  test("is left alone while a file of it is missing, and nothing of it stays", async () => {
    const second = site.deploy("B");
    site.files.delete("/assets/log-B.js");
    await expect(second.install()).rejects.toThrow("/assets/log-B.js: 404");
    expect(Object.keys(site.caches.contents)).toEqual(["onrecord-shell A"]);
  });

  test("does not take the page of another one for its own", async () => {
    const second = site.deploy("B");
    site.files.set("/", "<script src=/assets/chat-C.js>");
    await expect(second.install()).rejects.toThrow("another build's page");
  });
});

test("control: a worker that answered for the API would keep what people wrote", async () => {
  const wrong = site.workerOf({ name: "A", entry: "x", files: ["/api/v1/bootstrap"] });
  expect(wrong.answer(get("/api/v1/bootstrap"))).toBeDefined();
});
