import { expect, test } from "vitest";
import { bring } from "./alerts";

/** A browser with so many pages open; what is done with them. */
function browser(open: number) {
  const done: string[] = [];
  const page = (number: number) => ({
    postMessage: ({ open: conv }: { open: string }) => void done.push(`${number} opens ${conv}`),
    focus: async () => done.push(`${number} in front`),
  });
  const pages = {
    matchAll: async () => Array.from({ length: open }, (_, index) => page(index)),
    openWindow: async (address: string) => done.push(address),
  };
  return { done, pages };
}

test("a press brings the page that was looked at last to the front, at its conversation", async () => {
  const { done, pages } = browser(2);
  await bring(pages, { conversation: "c1" });
  expect(done).toEqual(["0 opens c1", "0 in front"]);
});

test("without a page it opens one there, and nothing of the address is taken for more", async () => {
  const { done, pages } = browser(0);
  await bring(pages, { conversation: "c/1#x" });
  expect(done).toEqual(["/#open=c%2F1%23x"]);
});
