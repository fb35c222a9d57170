import { beforeEach, expect, test } from "vitest";
import type { Source } from "./files";
import { type Played, type SoundEvents, type Sounds, speed, VoicePlayer } from "./voice_player";

/** Sounds that note what they are told. */
class Loudspeaker implements Sounds {
  readonly heard: string[] = [];
  readonly unreadable = new Set<string>();
  outcome: Played = "played";
  events: SoundEvents | undefined;

  async load(address: string, at: number, events: SoundEvents) {
    if (this.unreadable.has(address)) return undefined;
    this.events = events;
    const note = (what: string) => this.heard.push(`${address} ${what}`);
    note(`from ${at}`);
    return {
      play: async () => {
        note("play");
        return this.outcome;
      },
      pause: () => void note("pause"),
      seek: (to: number) => void note(`seek ${to}`),
      speed: (rate: number) => void note(`speed ${rate}`),
      close: () => void note("close"),
    };
  }
}

let sounds: Loudspeaker;

beforeEach(() => {
  sounds = new Loudspeaker();
  speed.set(1);
});

function player(...sources: Source[]) {
  const asked: boolean[] = [];
  const ask = async (again: boolean) => {
    asked.push(again);
    return sources[asked.length - 1] ?? { trouble: { code: "offline" } };
  };
  let begun = 0;
  const made = new VoicePlayer({
    sounds,
    ask,
    begun: () => {
      begun += 1;
    },
  });
  return { made, asked, begun: () => begun };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test("a note plays from the place that was chosen, and tells that it is heard", async () => {
  const { made, begun } = player({ url: "a" });
  made.seek(400);
  made.toggle();
  await settled();
  expect(sounds.heard).toEqual(["a from 400", "a speed 1", "a play"]);
  expect(made.state.get()).toMatchObject({ on: true, at: 400 });
  expect(begun()).toBe(1);
});

test("at its end it stands at its beginning again", async () => {
  const { made } = player({ url: "a" });
  made.toggle();
  await settled();
  sounds.events?.at(900);
  expect(made.state.get().at).toBe(900);
  sounds.events?.ended();
  expect(made.state.get()).toMatchObject({ on: false, at: 0 });
});

test("one note plays at a time", async () => {
  const [one, other] = [player({ url: "a" }), player({ url: "b" })];
  one.made.toggle();
  await settled();
  other.made.toggle();
  await settled();
  expect(one.made.state.get().on).toBe(false);
  expect(other.made.state.get().on).toBe(true);
});

test("a link that has ended is asked for anew, once, and goes on where it was", async () => {
  const { made, asked } = player({ url: "old" }, { url: "new" });
  sounds.unreadable.add("old");
  made.seek(300);
  made.toggle();
  await settled();
  expect(asked).toEqual([false, true]);
  expect(sounds.heard[0]).toBe("new from 300");
  sounds.events?.failed();
  expect(asked).toHaveLength(2);
  expect(made.state.get()).toMatchObject({ on: false, trouble: { code: "file_unreadable" } });
});

test("why a note cannot be had is said, and it may be asked for again", async () => {
  const { made, asked } = player({ trouble: { code: "step_up_required" } }, { url: "a" });
  made.toggle();
  await settled();
  expect(made.state.get()).toMatchObject({ on: false, trouble: { code: "step_up_required" } });
  made.toggle();
  await settled();
  expect(asked).toEqual([false, false]);
  expect(made.state.get()).toMatchObject({ on: true, trouble: undefined });
});

test("a browser that lets nothing begin by itself leaves it waiting to be pressed", async () => {
  const { made, begun } = player({ url: "a" });
  sounds.outcome = "held";
  made.toggle();
  await settled();
  expect(made.state.get()).toMatchObject({ on: false, at: 0 });
  expect(begun()).toBe(0);
});

test("all notes play at the speed that was chosen last", async () => {
  const { made } = player({ url: "a" });
  made.faster();
  made.toggle();
  await settled();
  expect(sounds.heard).toContain("a speed 1.5");
  made.faster();
  expect(sounds.heard.at(-1)).toBe("a speed 2");
});
