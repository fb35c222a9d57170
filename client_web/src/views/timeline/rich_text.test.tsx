import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { isLong, RichText } from "./rich_text";

function shown(text: string): string {
  const html = renderToStaticMarkup(<RichText text={text} tabIndex={0} />);
  return html.replaceAll(/ class="[^"]*"/g, "");
}

test("a web address becomes a link that shows where it goes", () => {
  expect(shown("see https://a.example/b?c=1.")).toBe(
    'see <a href="https://a.example/b?c=1" target="_blank" rel="noopener noreferrer nofollow" dir="ltr" tabindex="0">https://a.example/b?c=1</a>.',
  );
});

test("an address ends where the order of writing is turned, and keeps its own order", () => {
  const html = shown("see https://a.example/\u202emoc.knab//:sptth");
  expect(html).toContain('<a href="https://a.example/" ');
  expect(html).toContain('dir="ltr" tabindex="0">https://a.example/</a>\u202emoc');
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

test("formatting becomes elements around the same words, and markup in it stays text", () => {
  expect(shown("*<b>* _x_ `<i>`")).toBe(
    "<strong>&lt;b&gt;</strong> <em>x</em> <code>&lt;i&gt;</code>",
  );
  expect(shown("a:\n- *b*\n- c")).toBe("a:<ul><li><strong>b</strong></li><li>c</li></ul>");
  expect(shown("2. b\n4. c")).toBe('<ol><li value="2">b</li><li value="4">c</li></ol>');
  expect(shown("```\n<script>\n```")).toBe("<pre>&lt;script&gt;</pre>");
});

test("links, calls and found words stand in it; in code nothing is a link", () => {
  expect(shown("*https://a.example/x_y_z*")).toMatch(
    /^<strong><a href="https:\/\/a\.example\/x_y_z" /,
  );
  expect(shown("`https://a.example`")).not.toContain("<a");
  const mentions = [{ start: 1, end: 5 }];
  const called = <RichText text="*@all now*" mentions={mentions} marks={[[6, 9]]} tabIndex={0} />;
  expect(renderToStaticMarkup(called)).toMatch(
    /^<strong><bdi[^>]*>@all<\/bdi> <mark>now<\/mark><\/strong>$/,
  );
});
