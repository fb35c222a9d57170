import { beforeEach, expect, test } from "vitest";
import { settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import { behind, inForce, type NoticeTexts, versionsOf } from "./notices";

let server: Server;

beforeEach(() => {
  server = new Server();
  server.role = "administrator";
});

async function screen(): Promise<NoticeTexts> {
  const app = await startedAt("#/notices", server, new Bar());
  await settle();
  const shown = app.screen.get();
  if (shown.kind !== "notices") throw new Error(shown.kind);
  return shown.model;
}

test("a new version begins with the text in force, and takes its place", async () => {
  const model = await screen();
  model.edit();
  expect(model.state.get().draft).toEqual({ title: "Old", text: "Text.", from: "" });
  model.write({ title: "New" });
  await model.publish();
  expect(server.looked).toEqual(["notice New now"]);
  expect(model.state.get()).toMatchObject({ done: "published", busy: false, draft: undefined });
  expect(inForce(model.state.get())?.title).toBe("New");
});

test("a version for a later time is planned, and can be taken back", async () => {
  const model = await screen();
  model.edit();
  model.write({ title: "Soon", from: "2027-01-02T08:30" });
  await model.publish();
  const at = new Date("2027-01-02T08:30").toISOString().replace("Z", "000Z");
  expect(server.looked).toEqual([`notice Soon ${at}`]);
  expect(model.state.get().done).toBe("planned");
  expect(inForce(model.state.get())?.title).toBe("Old");
  await model.withdraw("nSoon");
  expect(versionsOf(model.state.get()).map(({ title }) => title)).toEqual(["Old"]);
});

test("the firm's people have no text before one is published, and their own then", async () => {
  const model = await screen();
  model.show({ kind: "employee" });
  expect(versionsOf(model.state.get())).toEqual([]);
  model.edit();
  expect(model.state.get().draft).toEqual({ title: "", text: "", from: "" });
  model.write({ title: "Policy", text: "Only here." });
  await model.publish();
  expect(inForce(model.state.get())?.title).toBe("Policy");
  model.show({ kind: "client" });
  expect(inForce(model.state.get())?.title).toBe("Old");
});

test("a language whose text is older is named", () => {
  const version = (locale: "en" | "pl", from_at?: string) => ({
    state: "in_force" as const,
    title: "T",
    text: "T.",
    sha256: "5".repeat(64),
    accepted: 0,
    locale,
    ...(from_at === undefined ? {} : { from_at }),
  });
  const named = (english?: string, polish?: string, locale: "en" | "pl" = "en") =>
    behind({
      kind: "client",
      locale,
      busy: false,
      languages: [
        { kind: "client", locale: "en", versions: [version("en", english)] },
        { kind: "client", locale: "pl", versions: [version("pl", polish)] },
        { kind: "employee", locale: "pl", versions: [version("pl")] },
      ],
    });
  expect(named()).toBeUndefined();
  expect(named("2026-11-02T00:00:00.000000Z")).toBe("pl");
  expect(named("2026-11-02T00:00:00.000000Z", "2026-11-03T00:00:00.000000Z")).toBeUndefined();
  expect(named("2026-11-02T00:00:00.000000Z", "2026-11-03T00:00:00.000000Z", "pl")).toBe("en");
});

test("a refused text stays in the editor", async () => {
  const model = await screen();
  model.edit();
  server.refusal = "notice_same";
  await model.publish();
  expect(model.state.get()).toMatchObject({ trouble: { code: "notice_same" }, busy: false });
  expect(model.state.get().draft?.text).toBe("Text.");
});
