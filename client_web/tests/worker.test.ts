import { expect, test } from "vitest";
import { withBuild } from "../tools/worker.js";

const BUILD = { name: "a1", entry: "/assets/chat.js", files: ["/", "/assets/chat.js"] };

test("a worker has its build's files in its place", () => {
  expect(withBuild("const build=__BUILD__;f(build)", BUILD)).toBe(
    `const build=${JSON.stringify(BUILD)};f(build)`,
  );
});

test.each(["f()", "f(__BUILD__,__BUILD__)"])("control: a worker without its place: %s", (code) => {
  expect(() => withBuild(code, BUILD)).toThrow("once");
});

test.each([
  'import{a}from"./assets/a.js";f(__BUILD__)',
  "f(__BUILD__);export{f};",
  'f(__BUILD__)}import("./b.js")',
])("control: a worker that is more than one script: %s", (code) => {
  expect(() => withBuild(code, BUILD)).toThrow("one classic script");
});
