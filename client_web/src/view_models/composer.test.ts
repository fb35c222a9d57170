import { describe, expect, test } from "vitest";
import { FakeStore } from "../../tests/fakes/device";
import { scene, texts } from "../../tests/fakes/scene";
import { CLARA } from "../../tests/fakes/world";

describe("the composer", () => {
  test.each(["unavailable", "behind"] as const)(
    "is held back while %s, and keeps the text",
    async (state) => {
      const { world, conv, page } = await scene(0);
      await page.open(conv);
      const { composer } = page.conversation;
      composer.setText("important");
      world.server.setRecording(state);
      await world.pass(100);
      expect(composer.state.get()).toMatchObject({
        heldBack: true,
        canSend: false,
        text: "important",
      });
      composer.send();
      world.server.setRecording("on");
      await world.pass(100);
      expect(composer.state.get()).toMatchObject({
        heldBack: false,
        canSend: true,
        text: "important",
      });
    },
  );

  test("says by how many characters a text is too long, and how many still fit", async () => {
    const { conv, page } = await scene(0);
    await page.open(conv);
    const { composer } = page.conversation;
    composer.setText("ż".repeat(8192));
    expect(composer.state.get()).toMatchObject({ over: undefined, left: 0, canSend: true });
    composer.setText("ż".repeat(8193));
    expect(composer.state.get()).toMatchObject({ over: 1, canSend: false });
    composer.setText("ż".repeat(8000));
    expect(composer.state.get()).toMatchObject({ over: undefined, left: 192 });
  });

  test("keeps what was sent or saved as a draft, and the page asks, until the device has it", async () => {
    const { world, conv, page } = await scene(0);
    const store = page.vault.kept?.store ?? new FakeStore();
    await page.open(conv);
    page.write("said");
    await world.pass(1_000);
    const { composer } = page.conversation;
    composer.setText("a draft");
    composer.editLast();
    composer.setText("said, edited");
    await world.pass(1_000);
    expect(page.staying()).toBe(false);
    let kept = () => {};
    store.busy = new Promise<void>((resolve) => {
      kept = resolve;
    });
    composer.send();
    composer.send();
    await world.pass(1_000);
    expect(composer.state.get()).toMatchObject({ mode: "new", text: "" });
    expect(page.staying()).toBe(true);
    const drafts = [...(await store.drafts()).values()];
    expect(drafts).toContain("a draft");
    expect(drafts.join()).toContain("said, edited");
    kept();
    await world.pass(1_000);
    expect(page.staying()).toBe(false);
    expect((await store.drafts()).size).toBe(0);
    expect(texts(page)).toEqual(["said, edited", "a draft"]);
  });

  test("gives the draft back after an edit", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    page.write("sent");
    await world.pass(100);
    const { composer } = page.conversation;
    composer.setText("draft");
    composer.editLast();
    expect(composer.state.get()).toMatchObject({ mode: "edit", text: "sent" });
    composer.setText("sent, edited");
    composer.send();
    await world.pass(100);
    expect(composer.state.get()).toMatchObject({ mode: "new", text: "draft" });
    expect(texts(page)).toEqual(["sent, edited"]);
  });

  test("sends nothing that the protocol does not take", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    page.write("\u0000");
    page.write(" a\u0000b \ud800 ");
    await world.pass(100);
    expect(world.texts(conv)).toEqual(["ab \ufffd"]);
  });

  test("neither sends nor edits to a text of which nothing can be seen", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    page.write("said");
    await world.pass(100);
    const { composer } = page.conversation;
    for (const blank of ["\u200b", " \u2060\n", "\u3164", "\u2800"]) {
      page.write(blank);
      expect(composer.state.get()).toMatchObject({ canSend: false, text: blank });
    }
    composer.editLast();
    composer.setText("\u200d");
    composer.send();
    await world.pass(100);
    expect(world.texts(conv)).toEqual(["said"]);
  });

  test("names who reads along from outside", async () => {
    const { conv, page } = await scene(0, CLARA);
    await page.open(conv);
    expect(page.conversation.composer.state.get().outsideName).toBe("Ito Ltd");
  });
});
