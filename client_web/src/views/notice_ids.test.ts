import { expect, test } from "vitest";
import { noticeId } from "./notice_ids";

test("who no longer answers for a client is out of the group: no one removed them", () => {
  expect(noticeId("member.removed", "system")).toBe("notice.short.left");
  expect(noticeId("member.removed", "employee")).toBe("notice.short.removed");
});
