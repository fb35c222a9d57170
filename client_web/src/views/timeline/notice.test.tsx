import { setupI18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { PersonView } from "../../view_models/people";
import { Notice } from "./notice";

const noa = { id: "n", name: "נועה לוי", me: false, outside: false } as PersonView;
const i18n = setupI18n({
  locale: "en",
  messages: { en: { "event.member.left": [["by"], " left"] as never } },
});

test("a sentence that begins with a name written right to left keeps its own direction", () => {
  const row = { kind: "notice", key: "k", type: "member.left", actor: noa } as const;
  const markup = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <Notice row={{ ...row, at: "2026-11-24T09:00:00Z" }} />
    </I18nProvider>,
  );
  expect(markup).toContain("<span>\u2068נועה לוי\u2069 left</span>");
});
