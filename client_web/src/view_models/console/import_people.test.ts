import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import type * as wire from "../../wire/types.gen";
import { COLUMNS, type ImportPeople, linksTable, mayAdd, wrongFirst } from "./import_people";

const FILE = { name: "people.csv", size: 9, type: "text/csv" };
let server: Server;

beforeEach(() => {
  server = new Server();
  server.role = "administrator";
});

function row(line: number, state: wire.ImportRow["state"] = "new"): wire.ImportRow {
  const username = `p${line}`;
  return { line, state, username, name: username, org: "Bank", role: "employee", faults: [] };
}

async function screen(): Promise<ImportPeople> {
  const app = await startedAt("#/import", server, new Bar());
  await settle();
  const shown = app.screen.get();
  if (shown.kind !== "import") throw new Error(shown.kind);
  return shown.model;
}

test("each column that the server reads is explained", () => {
  const schema = readFileSync(new URL("../../wire/schema.json", import.meta.url), "utf8");
  const { column } = JSON.parse(schema).$defs.ImportFault.properties;
  expect([...COLUMNS].sort()).toEqual([...column.enum].sort());
});

test("what is new is added in batches, and every link is in the table", async () => {
  server.fileRows = [...Array(90).keys()].map((line) => row(line, line === 5 ? "there" : "new"));
  const model = await screen();
  await model.choose(FILE);
  expect(model.state.get()).toMatchObject({ step: "preview", file: "people.csv", busy: false });
  expect(server.looked).toEqual([]);
  await model.add();
  expect(server.looked).toEqual(["import 40 7", "import 40 7", "import 9 7"]);
  const { step, results } = model.state.get();
  expect([step, results.length]).toEqual(["done", 89]);
  expect(linksTable(results, ";").split("\r\n")).toHaveLength(91);
});

test("nothing is added while a row is wrong, unless the person says so", async () => {
  server.fileRows = [row(2), row(3, "wrong")];
  const model = await screen();
  await model.choose(FILE);
  expect(mayAdd(model.state.get())).toBe(false);
  await model.add();
  expect(server.looked).toEqual([]);
  model.setPartial(true);
  model.setLinkDays(0);
  await model.add();
  expect(server.looked).toEqual(["import 1 0"]);
});

test("every row is looked at, the wrong ones first", () => {
  const rows = [row(2), row(3, "wrong"), row(4, "there"), row(5, "wrong")];
  const shown = wrongFirst({ rows, encoding: "utf-8", ignored: [] });
  expect(shown.map(({ line }) => line)).toEqual([3, 5, 2, 4]);
});

test("an import that was cut off goes on where it was", async () => {
  server.fileRows = [...Array(50).keys()].map((line) => row(line));
  const model = await screen();
  await model.choose(FILE);
  server.refusal = "archive_unavailable";
  await model.add();
  expect(model.state.get()).toMatchObject({ step: "preview", busy: false, results: [] });
  expect(model.state.get().trouble?.code).toBe("archive_unavailable");
  await model.add();
  expect(model.state.get().step).toBe("done");
  expect(model.state.get().results).toHaveLength(50);
});

test("no cell of the table is taken for a formula", () => {
  const link = { url: "u", expires_at: "e" };
  const table = linksTable([{ username: '=1"', state: "added", link }], ",");
  expect(table).toContain('"\'=1""","u","e"');
});
