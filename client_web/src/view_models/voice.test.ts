import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Page } from "../../tests/fakes/chat";
import { scene } from "../../tests/fakes/scene";
import { ANNA, CLARA, type World } from "../../tests/fakes/world";
import { lengthOf, STEPS, type VoiceNoteModel, waveOf, wholeLength } from "./voice";
import { MOST_MS } from "./voice_model";

interface Recorded {
  readonly world: World;
  readonly page: Page;
  readonly conv: string;
  readonly note: VoiceNoteModel;
}

/** Somebody presses the microphone. */
async function pressed(before: (page: Page) => void = () => {}): Promise<Recorded> {
  const { world, page, conv } = await scene(1);
  await page.open(conv);
  before(page);
  const note = await page.conversation.composer.record();
  await world.pass(1);
  return { world, page, conv, note };
}

/** And speaks for a while. */
async function spoken(ms = 2_000): Promise<Recorded> {
  const all = await pressed();
  await all.world.pass(ms - 1);
  all.page.microphone.hear(0.2);
  return all;
}

const composer = (page: Page) => page.conversation.composer.state.get();

describe("a voice note", () => {
  test("is sent when it is let go, and shows at once how long and how loud it is", async () => {
    const { world, page, note } = await spoken();
    expect(note.state.get()).toMatchObject({ kind: "recording", ms: 2_000, levels: [0.2] });
    note.release();
    await world.pass(1);
    expect(note.state.get().kind).toBe("over");
    expect(page.microphone.on).toBe(false);
    const shown = page.messages.at(-1);
    expect(shown).toMatchObject({ text: "", uploading: true });
    expect(shown?.files[0]).toMatchObject({ kind: "sound", voice: { ms: 2_000, wave: "f" } });
    await world.pass(5_000);
    const there = page.messages.at(-1);
    expect(there).toMatchObject({ uploading: false, key: shown?.key });
    expect(there?.files[0]?.voice).toEqual({ ms: 2_000, wave: "f" });
    expect(composer(page)).toMatchObject({ files: [], canRecord: true });
    const [item] = page.chat.list.state.get().items;
    expect(item?.preview).toMatchObject({ files: { voiceMs: 2_000 } });
  });

  test("goes on without being held after a short press, or slid upwards", async () => {
    const { note, world } = await pressed();
    note.release();
    expect(note.state.get()).toMatchObject({ kind: "recording", locked: true });
    note.release();
    await world.pass(1);
    expect(note.state.get().kind).toBe("recording");
    const held = await spoken();
    held.note.drag(10, 80);
    held.note.release();
    await held.world.pass(1);
    expect(held.note.state.get()).toMatchObject({ kind: "recording", locked: true });
  });

  test("slid aside is discarded, and says how near that is", async () => {
    const { note, page, world } = await spoken();
    note.drag(60, 0);
    expect(note.state.get()).toMatchObject({ kind: "recording", pull: 0.5 });
    note.drag(-20, 0);
    expect(note.state.get().pull).toBe(0);
    note.drag(130, 5);
    note.release();
    await world.pass(1);
    expect(note.state.get().kind).toBe("over");
    expect(page.microphone.became).toEqual(["dropped"]);
    expect(page.messages).toHaveLength(1);
    expect(composer(page).files).toEqual([]);
  });

  test("does not count the time of a pause", async () => {
    const { note, page, world } = await spoken();
    note.pause();
    await world.pass(60_000);
    page.microphone.hear(0.9);
    expect(note.state.get()).toMatchObject({ kind: "paused", ms: 2_000, levels: [0.2] });
    note.resume();
    await world.pass(500);
    note.keep();
    await world.pass(1);
    expect(page.microphone.became).toEqual(["paused", "resumed", "stopped"]);
    expect(composer(page).files[0]?.voice).toEqual({ ms: 2_500, wave: "f" });
  });

  test("is kept beside the text when the device goes, and the page does not go unasked", async () => {
    const { page, world } = await spoken();
    expect(page.staying()).toBe(false);
    page.microphone.pull();
    await world.pass(1);
    expect(composer(page)).toMatchObject({ canSend: true, canRecord: false });
    expect(composer(page).files[0]).toMatchObject({ kind: "sound", voice: { ms: 2_000 } });
    expect(page.staying()).toBe(true);
    page.conversation.composer.send();
    await world.pass(1);
    expect(page.staying()).toBe(false);
    expect(page.messages.at(-1)?.files[0]?.voice?.ms).toBe(2_000);
  });

  test("is kept with its conversation when another one is opened", async () => {
    const { page, world, conv, note } = await spoken();
    const other = world.group(ANNA, CLARA);
    await world.pass(100);
    await page.open(other);
    note.keep();
    await world.pass(1);
    await page.open(conv);
    expect(composer(page).files[0]?.voice?.ms).toBe(2_300);
  });

  test("ends by itself when it is as long as one may be", async () => {
    const { page, world, note } = await spoken();
    await world.pass(MOST_MS);
    page.microphone.hear(0.1);
    await world.pass(1);
    expect(note.state.get().kind).toBe("over");
    expect(composer(page).files[0]?.voice?.ms).toBe(MOST_MS);
  });

  test.each(["denied", "missing", "busy", "unsupported"] as const)(
    "says why nothing can be recorded: %s",
    async (trouble) => {
      const { note } = await pressed((page) => {
        page.microphone.trouble = trouble;
      });
      note.release();
      expect(note.state.get()).toMatchObject({ kind: "failed", trouble, locked: false });
    },
  );

  test("let go or given up while the device is asked for sends nothing", async () => {
    const one = await pressed((page) => {
      page.microphone.asked = true;
    });
    await one.world.pass(5_000);
    one.note.release();
    one.page.microphone.allow();
    await one.world.pass(1);
    expect(one.note.state.get()).toMatchObject({ kind: "recording", locked: true });
    const two = await pressed((page) => {
      page.microphone.asked = true;
    });
    two.note.cancel();
    two.page.microphone.allow();
    await two.world.pass(1);
    expect(two.page.microphone.became).toEqual(["dropped"]);
    expect(two.page.messages).toHaveLength(1);
  });

  test("is not begun where something is written, edited, or nothing can be sent", async () => {
    const { page, world } = await pressed();
    expect(composer(page).canRecord).toBe(true);
    page.conversation.composer.setText("words");
    expect(composer(page).canRecord).toBe(false);
    page.conversation.composer.setText("");
    world.server.setRecording("unavailable");
    await world.pass(100);
    expect(composer(page).canRecord).toBe(false);
  });
});

describe("a wave", () => {
  test("has the loudest of each step, the loudest of all f", () => {
    expect(waveOf([])).toBe("0");
    expect(waveOf([0, 0])).toBe("00");
    expect(waveOf([0.5, 0.125, 0])).toBe("f80");
    const long = Array.from({ length: 640 }, (_, at) => (at === 639 ? 1 : 0));
    expect(waveOf(long)).toBe(`${"0".repeat(63)}f`);
  });

  test("is always one that the server takes", () => {
    const level = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(level, { maxLength: 300 }), (levels) => {
        expect(waveOf(levels)).toMatch(new RegExp(`^[0-9a-f]{1,${STEPS}}$`));
      }),
    );
  });

  test("stands beside a length", () => {
    expect([0, 999, 12_340, 61_500, 3_600_000].map(lengthOf)).toEqual([
      "0:00",
      "0:00",
      "0:12",
      "1:01",
      "60:00",
    ]);
    expect([1, 12_340, 61_500].map(wholeLength)).toEqual(["0:01", "0:12", "1:02"]);
  });
});
