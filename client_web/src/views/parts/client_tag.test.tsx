import { setupI18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ClientTag } from "./client_tag";

const i18n = setupI18n({ locale: "en", messages: { en: { "outside.tag": "Client" } } });

function tag(who: string | undefined, beside: string | undefined): string {
  const markup = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <ClientTag who={who} beside={beside} />
    </I18nProvider>,
  );
  return markup.replace(/<[^>]*>/g, "");
}

test("a client's firm stands in the tag, and a name that stands beside it does not again", () => {
  expect(tag("Brzeska Logistics", "Halina Brzeska")).toBe("ClientBrzeska Logistics");
  expect(tag("Halina Brzeska", "Halina Brzeska")).toBe("Client");
  expect(tag("Halina Brzeska", undefined)).toBe("ClientHalina Brzeska");
  expect(tag("", "Halina Brzeska")).toBe("Client");
});
