/** A file is saved beside the page, which is never left for it. */
import { expect, test } from "vitest";
import type { FilesModel, Source } from "../../view_models/files";
import { download } from "./download";

/** Gives one source for every file. */
function giving(source: Source): FilesModel {
  return {
    source: async () => source,
    local: async () => undefined,
    line: { get: () => true, subscribe: () => () => undefined },
    progress: () => ({ get: () => 0, subscribe: () => () => undefined }),
  };
}

/** Notes what was to be saved; `opens`: the person has pressed something just now. */
function noting(opens: boolean) {
  const asked: string[] = [];
  const get = (address: string) => {
    asked.push(address);
    return opens;
  };
  return { asked, save: () => undefined, get };
}

const URL = "https://files.example/f/1";

test("what the browser has is no trouble", async () => {
  const downloads = noting(true);
  expect(await download(giving({ url: URL }), "e", "f", downloads)).toBeUndefined();
  expect(downloads.asked).toEqual([`${URL}?way=saved`]);
});

test("some seconds after a press it is ready for another one", async () => {
  const downloads = noting(false);
  const ready = `${URL}?way=saved`;
  expect(await download(giving({ url: URL }), "e", "f", downloads)).toEqual({ ready });
});

test("what cannot be read says why, and nothing is opened", async () => {
  const downloads = noting(true);
  const trouble = { code: "step_up_required" };
  expect(await download(giving({ trouble }), "e", "f", downloads)).toEqual({ trouble });
  expect(downloads.asked).toEqual([]);
});
