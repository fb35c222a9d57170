import { createHash } from "node:crypto";
import "fake-indexeddb/auto";
import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ANNA, BEN } from "../../tests/fakes/world";
import type { OutboxEntry } from "../session/outbox_entry";
import type { Content, Store, Vault } from "../session/ports";
import type { Snapshot } from "../session/snapshot";
import { MemoryVault } from "./memory_vault";
import { newRowKey, open, seal } from "./sealed_rows";
import { IndexedVault } from "./vault";

const ENTRY: OutboxEntry = {
  id: "1".repeat(32),
  eventId: "2".repeat(32),
  conv: "3".repeat(32),
  command: { t: "send", id: "1".repeat(32), conv: "3".repeat(32), text: "secret words" },
  at: "2026-11-24T09:00:00.000000Z",
  order: 1,
};

const SNAPSHOT: Snapshot = {
  version: 1,
  cursor: "c",
  me: {
    person: {
      id: ANNA,
      name: "Anna",
      kind: "employee",
      org: "Bank",
      role: "employee",
      outside: false,
    },
    device: "d",
    session: "s",
    firm: "Bank",
  },
  people: [],
  conversations: [],
  timelines: [],
};

/** Of more than two pieces. */
const LARGE = new Blob(["a secret page ".repeat(160_000)], {
  type: "application/pdf",
}) as unknown as Content;

async function bytesOf(content: Content | undefined): Promise<string> {
  const bytes = (await content?.arrayBuffer()) ?? new ArrayBuffer(0);
  return createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
}

/** What every vault does, whatever it keeps its rows in. */
function behavesAsVault(make: () => Promise<Vault>): void {
  let vault: Vault;
  beforeEach(async () => {
    vault = await make();
  });

  async function everything(store: Store) {
    return {
      outbox: await store.outbox(),
      snapshot: await store.snapshot(),
      drafts: await store.drafts(),
    };
  }

  test("is empty at first", async () => {
    expect(await vault.existing()).toBeUndefined();
  });

  test("keeps outbox, drafts and snapshot for its owner", async () => {
    const store = await vault.create(ANNA);
    await store.putOutbox(ENTRY);
    await store.putDraft("c", "half");
    await store.putSnapshot(SNAPSHOT);
    const kept = await vault.existing();
    expect(kept?.owner).toBe(ANNA);
    expect(kept && (await everything(kept.store))).toEqual({
      outbox: [ENTRY],
      snapshot: SNAPSHOT,
      drafts: new Map([["c", "half"]]),
    });
    await store.deleteOutbox(ENTRY.id);
    await store.putDraft("c", "");
    expect(await store.outbox()).toEqual([]);
    expect(await store.drafts()).toEqual(new Map());
  });

  test("what is asked for at once comes in the order in which it was asked for", async () => {
    const store = await vault.create(ANNA);
    await Promise.all([
      store.putOutbox(ENTRY),
      store.deleteOutbox(ENTRY.id),
      store.putDraft("c", "a long one ".repeat(50_000)),
      store.putDraft("c", "short"),
      store.putDraft("d", "sent"),
      store.putDraft("d", ""),
    ]);
    expect(await store.outbox()).toEqual([]);
    expect(await store.drafts()).toEqual(new Map([["c", "short"]]));
  });

  test("keeps files whole, until their message is gone or nobody waits for them", async () => {
    const store = await vault.create(ANNA);
    for (const id of ["one", "two", "three"]) await store.putFile(id, LARGE);
    const kept = (await vault.existing())?.store;
    const found = await kept?.file("one");
    expect([found?.size, found?.type]).toEqual([LARGE.size, LARGE.type]);
    expect(await bytesOf(found)).toEqual(await bytesOf(LARGE));
    await store.deleteFile("one");
    await store.keepFiles(new Set(["two"]));
    expect(await store.file("one")).toBeUndefined();
    expect(await store.file("three")).toBeUndefined();
    expect((await store.file("two"))?.size).toBe(LARGE.size);
  });

  test("remembers where files may go to a client", async () => {
    const store = await vault.create(ANNA);
    await store.agree("c", ["ewa", "tom"]);
    const kept = (await vault.existing())?.store;
    expect([await kept?.agreed("c"), await kept?.agreed("d")]).toEqual([["ewa", "tom"], []]);
  });

  test("a new owner finds nothing of the one before", async () => {
    const store = await vault.create(ANNA);
    await store.putOutbox(ENTRY);
    const next = await vault.create(BEN);
    expect(await everything(next)).toEqual({
      outbox: [],
      snapshot: undefined,
      drafts: new Map(),
    });
  });

  test("destroys everything, but not what is another owner's", async () => {
    await (await vault.create(ANNA)).putOutbox(ENTRY);
    await vault.destroy(BEN);
    expect((await vault.existing())?.owner).toBe(ANNA);
    await vault.destroy(ANNA);
    expect(await vault.existing()).toBeUndefined();
    await vault.create(ANNA);
    await vault.destroy();
    expect(await vault.existing()).toBeUndefined();
  });
}

describe("the vault in memory", () => {
  behavesAsVault(async () => new MemoryVault());
});

describe("the vault in IndexedDB", () => {
  afterEach(async () => {
    await deleteDB("onrecord", { blocked: () => undefined });
  });
  behavesAsVault(() => IndexedVault.open());

  test("keeps nothing that can be read, and a key that can't be taken out", async () => {
    const store = await (await IndexedVault.open()).create(ANNA);
    await store.putOutbox(ENTRY);
    await store.putDraft("c", "secret draft");
    await store.putFile("f", LARGE);
    const raw = await openDB("onrecord");
    const bytes: string[] = [];
    for (const table of ["outbox", "drafts", "files"]) {
      for (const row of await raw.getAll(table))
        bytes.push(Buffer.from(row.data).toString("latin1"));
    }
    expect(bytes).toHaveLength(2 + 4);
    expect(bytes.join()).not.toMatch(/secret|"send"/);
    const { key } = await raw.get("keys", "key");
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
    raw.close();
  });

  test("takes no rows of a tab that has not noticed the signing out", async () => {
    const vault = await IndexedVault.open();
    const old = await vault.create(ANNA);
    await vault.destroy();
    await old.putOutbox(ENTRY);
    await old.putSnapshot(SNAPSHOT);
    const next = await vault.create(ANNA);
    await old.putDraft("c", "late");
    const raw = await openDB("onrecord");
    for (const table of ["outbox", "drafts", "snapshots"]) {
      expect(await raw.getAll(table)).toEqual([]);
    }
    raw.close();
    expect(await next.outbox()).toEqual([]);
  });

  test("says when it can't keep what is put", async () => {
    const store = await (await IndexedVault.open()).create(ANNA);
    const heard: boolean[] = [];
    store.keepsChanged.subscribe(() => heard.push(store.keeps));
    await store.putOutbox(ENTRY);
    expect(store.keeps).toBe(true);
    (await openDB("onrecord", 3)).close();
    await store.putOutbox(ENTRY);
    await store.putDraft("c", "lost");
    expect(store.keeps).toBe(false);
    expect(heard).toEqual([false]);
  });

  test("a file for which there is no room stays for as long as the page is open", async () => {
    const store = await (await IndexedVault.open()).create(ANNA);
    (await openDB("onrecord", 3)).close();
    expect(await store.putFile("f", LARGE)).toBe(false);
    expect(store.keeps).toBe(false);
    expect((await store.file("f"))?.size).toBe(LARGE.size);
  });

  test("what an earlier version of the client kept is there after an update", async () => {
    await deleteDB("onrecord");
    const before = await openDB("onrecord", 1, {
      upgrade(fresh) {
        for (const name of ["keys", "outbox", "drafts", "snapshots"]) fresh.createObjectStore(name);
      },
    });
    const key = await newRowKey();
    await before.put("keys", { id: "k", owner: ANNA, key }, "key");
    await before.put("drafts", await seal(key, "drafts c", "half"), "c");
    before.close();
    const kept = await (await IndexedVault.open()).existing();
    expect(await kept?.store.drafts()).toEqual(new Map([["c", "half"]]));
    expect(await kept?.store.putFile("f", LARGE)).toBe(true);
  });

  test("passes over a row that was changed or moved", async () => {
    const store = await (await IndexedVault.open()).create(ANNA);
    await store.putDraft("a", "one");
    await store.putDraft("b", "two");
    const raw = await openDB("onrecord");
    await raw.put("drafts", await raw.get("drafts", "a"), "b");
    const row = await raw.get("drafts", "a");
    new Uint8Array(row.data).reverse();
    await raw.put("drafts", row, "a");
    raw.close();
    expect(await store.drafts()).toEqual(new Map());
  });
});

test("a sealed row opens with its key at its place only", async () => {
  const [key, other] = [await newRowKey(), await newRowKey()];
  const row = await seal(key, "table key", { a: 1 });
  expect(await open(key, "table key", row)).toEqual({ a: 1 });
  expect(await open(other, "table key", row)).toBeUndefined();
  expect(await open(key, "table other", row)).toBeUndefined();
});
