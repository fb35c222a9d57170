import { setupI18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { type Browser, BrowserContext } from "../browser";
import { toneOf } from "../parts/face";
import { Advisor } from "./advisor";

const messages = { "invitation.of": "{title}, {firm}", "invitation.advisor": "Your advisor" };
const i18n = setupI18n({ locale: "en", messages: { en: messages } });

test.each(["a1", "b2", "c3", "d4"])("an advisor has the colour of %s, as in the chat", (id) => {
  const markup = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <BrowserContext value={{ addresses: {} } as Browser}>
        <Advisor
          invitation={{
            advisor: "Anna Kowalska",
            advisorId: id,
            firm: "Linden Bank",
            address: "j…@example.com",
            way: "mail",
            notice: { locale: "en", title: "Recording", paragraphs: [] },
          }}
        />
      </BrowserContext>
    </I18nProvider>,
  );
  expect(markup).toContain(`data-tone="${toneOf(id)}"`);
});

test("control: the four have several colours, and their name has another", () => {
  const tones = new Set(["a1", "b2", "c3", "d4"].map(toneOf));
  expect(tones.size).toBeGreaterThan(1);
  expect(tones).not.toContain(toneOf("Anna Kowalska"));
});
