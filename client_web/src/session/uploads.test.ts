import { describe, expect, test } from "vitest";
import { FakeClock } from "../../tests/fakes/clock";
import { ANNA, BEN, type Browser, World } from "../../tests/fakes/world";
import { Refused, Unreachable } from "./failures";
import type { OutboxEntry } from "./outbox_entry";
import type { Attachment } from "./outbox_files";
import type { Session } from "./session";
import { Uploads } from "./uploads";

function attached(name: string, bytes: number): Attachment {
  const content = new Blob(["x".repeat(bytes)], { type: "application/pdf" });
  return { content: content as unknown as Attachment["content"], name };
}

async function opened(world: World): Promise<{ conv: string; browser: Browser; session: Session }> {
  const conv = world.group(ANNA, BEN);
  const browser = world.browser(ANNA);
  const session = browser.open();
  await world.pass(1_000);
  return { conv, browser, session };
}

function said(world: World, conv: string) {
  const { events } = world.server.journal.streams.get(conv) ?? { events: [] };
  return events.flatMap((event) =>
    event.type === "message.sent"
      ? [{ text: event.text, files: (event.files ?? []).map(({ name }) => name) }]
      : [],
  );
}

describe("a message with files", () => {
  test("goes once all of them are in the archive, and leaves nothing on the device", async () => {
    const world = new World();
    const { conv, browser, session } = await opened(world);
    await session.outbox.add({ t: "send", conv, text: "both" }, [
      attached("a.pdf", 10),
      attached("b.pdf", 3),
    ]);
    expect(browser.store.files.size).toBe(2);
    expect(said(world, conv)).toEqual([]);
    await world.pass(1_000);
    expect(said(world, conv)).toEqual([{ text: "both", files: ["a.pdf", "b.pdf"] }]);
    expect(session.outbox.in(conv)).toEqual([]);
    expect(browser.store.files.size).toBe(0);
  });

  test("lets those that are written meanwhile overtake it", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    await session.outbox.add({ t: "send", conv, text: "large" }, [attached("a.pdf", 400)]);
    await session.outbox.add({ t: "send", conv, text: "quick" });
    await world.pass(10_000);
    expect(said(world, conv).map(({ text }) => text)).toEqual(["quick", "large"]);
  });

  test("goes on where it stood after the connection was lost, and sends no byte twice", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    await session.outbox.add({ t: "send", conv, text: "" }, [attached("a.pdf", 40)]);
    await world.pass(45);
    const { received } = world.server.uploads;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(40);
    world.server.reachable = false;
    world.server.cut();
    await world.pass(20_000);
    world.server.reachable = true;
    await world.pass(40_000);
    expect(world.server.uploads.received).toBe(40);
    expect(said(world, conv)).toEqual([{ text: "", files: ["a.pdf"] }]);
  });

  test("begins again when the server has lost what was there", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    await session.outbox.add({ t: "send", conv, text: "" }, [attached("a.pdf", 40)]);
    await world.pass(45);
    world.server.uploads.lose();
    await world.pass(5_000);
    expect(said(world, conv)).toEqual([{ text: "", files: ["a.pdf"] }]);
    expect(world.server.uploads.received).toBeGreaterThan(40);
  });

  test("goes on in a later visit from what the device kept", async () => {
    const world = new World();
    const { conv, browser, session } = await opened(world);
    world.server.reachable = false;
    world.server.cut();
    await session.outbox.add({ t: "send", conv, text: "later" }, [attached("a.pdf", 9)]);
    await world.pass(1_000);
    session.stop();
    world.server.reachable = true;
    browser.open();
    await world.pass(10_000);
    expect(said(world, conv)).toEqual([{ text: "later", files: ["a.pdf"] }]);
  });

  test("is sent by the tab that holds the lock, and the other one sees how far it is", async () => {
    const world = new World();
    const { conv, browser } = await opened(world);
    const second = browser.open();
    await world.pass(1_000);
    const seen: number[] = [];
    second.outbox.moved.subscribe(({ bytes }) => seen.push(bytes));
    await second.outbox.add({ t: "send", conv, text: "" }, [attached("a.pdf", 9)]);
    await world.pass(1_000);
    expect(said(world, conv)).toEqual([{ text: "", files: ["a.pdf"] }]);
    expect(seen).toEqual([0, 4, 8, 9]);
  });

  test("waits for the person when a file is refused, and goes when it is sent again", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    world.server.uploads.refusal = new Refused(400, "file_infected", "Harmful.");
    const { id } = await session.outbox.add({ t: "send", conv, text: "" }, [attached("a.pdf", 9)]);
    await world.pass(1_000);
    expect(session.outbox.get(id)?.entry.refusal?.code).toBe("file_infected");
    world.server.uploads.refusal = undefined;
    await session.outbox.retry(id);
    await world.pass(1_000);
    expect(said(world, conv)).toEqual([{ text: "", files: ["a.pdf"] }]);
    expect(world.server.uploads.received).toBe(9);
  });

  test.each(["a.pdf", "b.pdf", "c.pdf"])(
    "says which of its files was refused (%s), and goes without it",
    async (name) => {
      const world = new World();
      const { conv, browser, session } = await opened(world);
      world.server.uploads.refusal = new Refused(400, "file_infected", "Harmful.");
      world.server.uploads.refusedNames = [name];
      const names = ["a.pdf", "b.pdf", "c.pdf"];
      const files = names.map((each) => attached(each, 9));
      const { id } = await session.outbox.add({ t: "send", conv, text: "three" }, files);
      await world.pass(1_000);
      const refused = session.outbox.get(id)?.entry.refusal?.file;
      expect(refused?.name).toBe(name);
      await session.outbox.retry(id, { file: refused?.id });
      await world.pass(1_000);
      const others = names.filter((each) => each !== name);
      expect(said(world, conv)).toEqual([{ text: "three", files: others }]);
      expect(browser.store.files.size).toBe(1);
    },
  );

  test("its words go alone where its only file was refused", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    world.server.uploads.refusal = new Refused(400, "file_infected", "Harmful.");
    const { id } = await session.outbox.add({ t: "send", conv, text: "so" }, [attached("a", 9)]);
    await world.pass(1_000);
    await session.outbox.retry(id, { file: session.outbox.get(id)?.entry.refusal?.file?.id });
    await world.pass(1_000);
    expect(said(world, conv)).toEqual([{ text: "so", files: [] }]);
  });

  test("is held while the archive cannot be written, and goes by itself", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    world.server.uploads.refusal = new Refused(503, "archive_unavailable", "Later.", 1);
    await session.outbox.add({ t: "send", conv, text: "" }, [attached("a.pdf", 9)]);
    await world.pass(5_000);
    expect(said(world, conv)).toEqual([]);
    world.server.uploads.refusal = undefined;
    await world.pass(40_000);
    expect(said(world, conv)).toEqual([{ text: "", files: ["a.pdf"] }]);
  });

  test.each(["verification_due", "notice_required"])(
    "is held where the person must do something first (%s), and goes by itself after it",
    async (code) => {
      const world = new World();
      const { conv, session } = await opened(world);
      world.server.uploads.refusal = new Refused(403, code, "First.");
      const message = { t: "send", conv, text: "" } as const;
      const { id } = await session.outbox.add(message, [attached("a.pdf", 9)]);
      await world.pass(5_000);
      expect(session.outbox.get(id)?.entry.refusal).toBeUndefined();
      expect(said(world, conv)).toEqual([]);
      world.server.uploads.refusal = undefined;
      await world.pass(40_000);
      expect(said(world, conv)).toEqual([{ text: "", files: ["a.pdf"] }]);
    },
  );

  test("is called off while it is on its way; nothing of it stays at the server", async () => {
    const world = new World();
    const { conv, session } = await opened(world);
    const { id } = await session.outbox.add({ t: "send", conv, text: "" }, [attached("a", 400)]);
    await world.pass(45);
    const gone = session.outbox.discard(id);
    expect(gone?.id).toBe(id);
    await world.pass(1_000);
    expect(world.server.uploads.open).toBe(0);
    if (gone !== undefined) await session.outbox.restore(gone);
    await world.pass(20_000);
    expect(said(world, conv)).toEqual([{ text: "", files: ["a"] }]);
  });

  test("tells when its file is not on the device any more", async () => {
    const world = new World();
    const { conv, browser, session } = await opened(world);
    world.server.reachable = false;
    const { id } = await session.outbox.add({ t: "send", conv, text: "" }, [attached("a", 4)]);
    session.stop();
    browser.store.files.clear();
    world.server.reachable = true;
    const next = browser.open();
    await world.pass(60_000);
    expect(next.outbox.get(id)?.entry.refusal?.code).toBe("file_lost");
  });

  test("files that no message waits for are forgotten at the next visit", async () => {
    const world = new World();
    const browser = world.browser(ANNA);
    await browser.store.putFile("f", attached("a", 4).content);
    browser.open();
    await world.pass(1_000);
    expect(browser.store.files.size).toBe(0);
  });
});

describe("one after the other", () => {
  const content = new Blob(["12345678"]) as unknown as Attachment["content"];
  const entry = { id: "e", conv: "c", files: [{ id: "f", name: "a", size: 8 }] };

  /** An upload of one file in two pieces; *put* is called with each. */
  function going(put: (offset: number) => void) {
    const clock = new FakeClock();
    const calls: string[] = [];
    const told = (offset: number) => ({ upload: "f", offset, size: 8, piece_bytes: 4 });
    let wanted = true;
    const uploads = new Uploads({
      api: {
        beginUpload: async () => told(0),
        putBytes: async (_, offset) => {
          calls.push(`put ${offset}`);
          put(offset);
          return told(offset + 4);
        },
        finishUpload: async () => {
          calls.push("finish");
          return { file: { id: "b", name: "a", size: 8, type: "text/plain" } };
        },
        cancelUpload: async () => {
          calls.push("cancel");
        },
      },
      clock,
      random: () => 0.5,
      store: { file: async () => content },
      next: () => (wanted ? (entry as unknown as OutboxEntry) : undefined),
      wanted: () => wanted,
      stored: async () => {
        wanted = false;
      },
      refused: () => {},
      moved: () => {},
    });
    const giveUp = () => {
      wanted = false;
    };
    return { uploads, clock, calls, giveUp };
  }

  test("given up behind its last piece, nothing of it stays at the server", async () => {
    const upload = going((offset) => {
      if (offset === 4) upload.giveUp();
    });
    upload.uploads.enable();
    await upload.clock.advance(1_000);
    expect(upload.calls).toEqual(["put 0", "put 4", "cancel"]);
  });

  test("stopped while it waits, it goes on at once when it is this tab's turn again", async () => {
    let lost = true;
    const upload = going(() => {
      if (lost) throw new Unreachable("offline");
    });
    upload.uploads.enable();
    await upload.clock.advance(10);
    upload.uploads.stop();
    lost = false;
    upload.uploads.enable();
    await upload.clock.advance(10);
    expect(upload.calls).toEqual(["put 0", "put 0", "put 4", "finish"]);
  });
});
