import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import en from "../../locales/en.json";
import type { ConversationItem } from "../../view_models/conversation_list";
import type { PersonView } from "../../view_models/people";
import { PreviewLine } from "./preview";

const i18n = setupI18n({ locale: "en", messages: { en } });
i18n.setMessagesCompiler(compileMessage);

test.each([
  ["member.removed", "employee", false, "A member was removed"],
  // Who no longer answers for a client leaves their groups, and the service writes it.
  ["member.removed", "system", false, "A member left"],
  ["member.left", "client", true, "The client has left"],
  ["member.left", "client", false, "A member left"],
  ["of.tomorrow", "employee", false, "Something changed"],
] as const)("%s by %s, ended: %s", (type, kind, ended, words) => {
  const author = { id: "a", name: "Ada", kind, me: false } as PersonView;
  const preview = { kind: "notice", type, author } as const;
  const item = { typing: [], left: false, ended, preview } as unknown as ConversationItem;
  const shown = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <PreviewLine item={item} />
    </I18nProvider>,
  );
  expect(shown).toContain(`>${words}<`);
});
