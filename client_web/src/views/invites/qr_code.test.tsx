import { renderToStaticMarkup } from "react-dom/server";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { pathOf, QrCode } from "./qr_code";

const LINK = `https://chat.example.com/#invite=${"aB3-_".repeat(9)}`;

/** The modules that a path paints. */
function painted(path: string, size: number): boolean[][] {
  const data = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(length); i += 1) (data[Number(y)] ?? [])[Number(x) + i] = true;
  }
  return data;
}

test("every module is painted, and nothing else", () => {
  const { data, size } = encode(LINK, { ecc: "M", border: 4 });
  expect(painted(pathOf(data), size)).toEqual(data);
});

test("it has four modules of white around it, and a name", () => {
  const markup = renderToStaticMarkup(<QrCode text={LINK} label="QR code" />);
  const { size } = encode(LINK, { ecc: "M", border: 0 });
  expect(markup).toContain(`viewBox="0 0 ${size + 8} ${size + 8}"`);
  expect(markup).toContain('role="img" aria-label="QR code"');
  expect(markup).toMatch(/d="M4 4h7v1/);
});
