import { setupI18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { PersonView } from "../../view_models/people";
import { SentBy } from "./sent_by";

const messages = { you: "You", "outside.tag": "Client" };
const i18n = setupI18n({ locale: "en", messages: { en: messages } });
const piotr: PersonView = {
  id: "p",
  name: "Piotr",
  me: false,
  outside: false,
  org: "Harbour Bank",
  kind: "employee",
  online: false,
  active: true,
};
const halina: PersonView = { ...piotr, name: "Halina", outside: true, org: "Brzeska Logistics" };

function said(author: PersonView): string {
  const markup = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <SentBy author={author} when="5 min ago" />
    </I18nProvider>,
  );
  return markup.replace(/<[^>]*>/g, "");
}

test("a sender from outside the firm is marked, with their firm; a colleague is not", () => {
  expect(said(halina)).toBe("Halina ClientBrzeska Logistics, 5 min ago");
  expect(said({ ...halina, org: "Halina" })).toBe("Halina Client, 5 min ago");
  expect(said(piotr)).toBe("Piotr, 5 min ago");
});

test("a client who reads their own is no stranger to themself", () => {
  expect(said({ ...halina, me: true })).toBe("You, 5 min ago");
});
