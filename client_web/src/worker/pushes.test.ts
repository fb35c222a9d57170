import { expect, test } from "vitest";
import { type Place, tell } from "./pushes";

/** A browser with pages that are seen or not; what it was told to show. */
function browser(...pages: readonly string[]) {
  const shown: { readonly title: string; readonly [name: string]: unknown }[] = [];
  const place: Place = {
    clients: { matchAll: async () => pages.map((visibilityState) => ({ visibilityState })) },
    registration: {
      showNotification: async (title, options) => void shown.push({ title, ...options }),
    },
    mark: () => void shown.push({ title: "mark" }),
  };
  return { place, shown };
}

const push = (said: object) => JSON.stringify(said);

test("a push is shown, marks the icon, and its press finds the conversation", async () => {
  const { place, shown } = browser("hidden");
  await tell(place, push({ conv: "c1", text: "Nowa wiadomość" }));
  expect(shown).toEqual([
    { title: "mark" },
    {
      title: "OnRecord",
      body: "Nowa wiadomość",
      tag: "onrecord",
      icon: "/favicon.svg",
      renotify: true,
      data: { conversation: "c1" },
    },
  ]);
});

test("one that names who wrote stands for its conversation alone", async () => {
  const { place, shown } = browser();
  await tell(place, push({ conv: "c1", text: "New message from Ben", named: true }));
  expect(shown.at(-1)?.tag).toBe("c1");
});

test("nothing is shown where a page of OnRecord is seen", async () => {
  const { place, shown } = browser("hidden", "visible");
  await tell(place, push({ conv: "c1", text: "New message" }));
  expect(shown).toEqual([]);
});

test.each([undefined, "", "no JSON", "null", "7", '{"conv":7,"text":{}}'])(
  "a push that says %j is shown without words, for the browser wants one shown",
  async (text) => {
    const { place, shown } = browser();
    await tell(place, text);
    expect(shown.at(-1)).toMatchObject({ body: "", data: { conversation: "" } });
  },
);
