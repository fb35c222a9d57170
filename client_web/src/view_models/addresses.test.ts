import { expect, test } from "vitest";
import { addressesIn } from "./addresses";

test.each([
  ["see https://example.com/a_(b).", "https://example.com/a_(b)"],
  ["(https://example.com/a_(b))", "https://example.com/a_(b)"],
  ["(as https://example.com/a), or", "https://example.com/a"],
  ["https://example.com/?q=(x)&y=[1]!", "https://example.com/?q=(x)&y=[1]"],
  ["https://example.com/a)b).", "https://example.com/a)b"],
  ["*https://example.com/a_(b)*", "https://example.com/a_(b)"],
  ["\u201ehttps://example.com/a\u2026", "https://example.com/a"],
])("of %j the address is %s", (text, address) => {
  expect(addressesIn(text).map((each) => each.address)).toEqual([address]);
});

test("an address without a host is none", () => {
  expect(addressesIn("https:// and http://)")).toEqual([]);
});
