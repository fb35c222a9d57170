import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { hiddenHost, WebLink } from "./web_link";

test.each([
  ["https://bank.example/pay", undefined],
  ["HTTPS://Bank.Example:443/pay?to=https://x@y", undefined],
  ["https://bank.example:8443", undefined],
  ["https://bank.example@evil.example/pay", "evil.example"],
  ["https://bank.example:443@evil.example", "evil.example"],
  ["https://bank.example\\@evil.example", "bank.example"],
  ["https://b\u0430nk.example", "xn--bnk-6cd.example"],
  ["https://\u0430\u0440\u0440\u04cf\u0435.com", "xn--80ak6aa92e.com"],
  ["https://xn--bnk-6cd.example/", "xn--bnk-6cd.example"],
  ["https://\uff42ank.example", "bank.example"],
  ["http://0x7f.1/", "127.0.0.1"],
  ["https://%62ank.example", "bank.example"],
])("%s leads to the host that one reads, or to %s", (address, host) => {
  expect(hiddenHost(address)).toBe(host);
});

test("an address that hides its host is no link before it was asked about", () => {
  const shown = (address: string) =>
    renderToStaticMarkup(<WebLink address={address}>{address}</WebLink>);
  expect(shown("https://bank.example/")).toContain("<a href=");
  const veiled = shown("https://bank.example@evil.example/");
  expect(veiled).toContain('title="evil.example"');
  expect(veiled).not.toContain("href");
});
