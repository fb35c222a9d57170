import { expect, test } from "vitest";
import { fieldTime, offered, wireTimeOf } from "./later_times";

const at = (text: string) => new Date(text).getTime();

test("an hour from now, tomorrow and Monday morning are offered", () => {
  const thursday = at("2026-11-26T15:20:00");
  expect(offered(thursday)).toEqual(["2026-11-26T16:20", "2026-11-27T08:00", "2026-11-30T08:00"]);
});

test("on a Sunday tomorrow is Monday, on a Monday it is the next one", () => {
  expect(offered(at("2026-11-29T10:00:00"))).toEqual(["2026-11-29T11:00", "2026-11-30T08:00"]);
  expect(offered(at("2026-11-30T10:00:00")).at(-1)).toBe("2026-12-07T08:00");
});

test("a field's time is the same moment on the wire", () => {
  const field = fieldTime(new Date(2026, 11, 24, 8, 5));
  expect(field).toBe("2026-12-24T08:05");
  expect(new Date(wireTimeOf(field)).getTime()).toBe(new Date(2026, 11, 24, 8, 5).getTime());
  expect(wireTimeOf(field)).toMatch(/^[0-9T:-]+\.000000Z$/);
});
