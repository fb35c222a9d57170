import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { isLong, RichText } from "./rich_text";

function shown(text: string): string {
  return renderToStaticMarkup(<RichText text={text} tabIndex={0} />);
}

test("a web address becomes a link that shows where it goes", () => {
  expect(shown("see https://a.example/b?c=1.")).toBe(
    'see <a href="https://a.example/b?c=1" target="_blank" rel="noopener noreferrer nofollow" tabindex="0">https://a.example/b?c=1</a>.',
  );
});

test("markup and other schemes stay text", () => {
  expect(shown("<b>javascript:alert(1)</b>")).toBe("&lt;b&gt;javascript:alert(1)&lt;/b&gt;");
  expect(shown("file:///etc/passwd")).not.toContain("<a");
});

test("brackets around an address are not part of it, and nothing of the text is lost", () => {
  const text = "(https://a.example) and https://b.example!";
  expect(shown(text)).toContain('href="https://a.example"');
  expect(shown(text).replaceAll(/<[^>]+>/g, "")).toBe(text);
});

test("found words are marked, in addresses too, and nothing of the text is lost", () => {
  const text = "rates: https://a.example/rates 👍 rate";
  const marks = [
    [0, 4],
    [25, 29],
    [34, 38],
  ] as const;
  const html = renderToStaticMarkup(<RichText text={text} marks={marks} tabIndex={0} />);
  expect(html.match(/<mark>rate<\/mark>/g)).toHaveLength(3);
  expect(html).toContain("https://a.example/<mark>rate</mark>s</a>");
  expect(html.replaceAll(/<[^>]+>/g, "")).toBe(text);
});

test("many lines or many letters are long", () => {
  expect([isLong("x".repeat(1800)), isLong("x".repeat(1801))]).toEqual([false, true]);
  expect([isLong("\n".repeat(24)), isLong("\n".repeat(25))]).toEqual([false, true]);
});
