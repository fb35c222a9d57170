import { expect, test } from "vitest";
import { deviceIcon } from "./device_icon";

test.each([
  ["Safari, iPhone", "phone"],
  ["Chrome, Android", "phone"],
  ["Safari, iPad", "phone"],
  ["Firefox, Linux", "device"],
  ["Web", "device"],
])("%s is shown as a %s", (name, icon) => {
  expect(deviceIcon(name)).toBe(icon);
});
