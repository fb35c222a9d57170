import { beforeEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../tests/fakes/clock";
import { Refused, Unreachable } from "../session/failures";
import type { CodeSent } from "../wire/types.gen";
import { CodeEntry } from "./code_entry_model";

const SENT: CodeSent = {
  address: "e•••@example.com",
  way: "mail",
  digits: 6,
  expires_in: 600,
  again_in: 30,
};
let clock: FakeClock;
let redeemed: string[];
let answer: () => Promise<void>;
let resend: () => Promise<CodeSent>;
let entry: CodeEntry;

beforeEach(() => {
  clock = new FakeClock();
  redeemed = [];
  answer = async () => {};
  resend = async () => SENT;
  entry = new CodeEntry({
    clock,
    sent: SENT,
    send: () => resend(),
    redeem: (code) => {
      redeemed.push(code);
      return answer();
    },
  });
});

describe("a code", () => {
  test.each(["123456", "123 456", "Kod: 123-456", "１２３４５６", "1234567"])(
    "pasted as %s is handed in",
    async (text) => {
      entry.type(text);
      await clock.advance(0);
      expect(redeemed).toEqual(["123456"]);
    },
  );

  test("is handed in with its last digit, once", async () => {
    for (const text of ["1", "12", "123", "1234", "12345"]) entry.type(text);
    expect(redeemed).toEqual([]);
    entry.type("123456");
    entry.type("123456");
    await clock.advance(0);
    expect(redeemed).toEqual(["123456"]);
  });

  test("that is wrong is typed anew; the trouble goes with the first digit", async () => {
    answer = async () => {
      throw new Refused(401, "bad_code", "Wrong.");
    };
    entry.type("123456");
    await clock.advance(0);
    expect(entry.state.get()).toMatchObject({
      text: "",
      busy: false,
      trouble: { code: "bad_code" },
    });
    entry.type("1");
    expect(entry.state.get().trouble).toBeUndefined();
  });

  test("whose tries are used up is typed no more: a new one is offered at once", async () => {
    answer = async () => {
      throw new Refused(401, "code_used_up", "Used up.");
    };
    expect(entry.state.get().againIn).toBeGreaterThan(0);
    entry.type("123456");
    await clock.advance(0);
    expect(entry.state.get()).toMatchObject({
      text: "",
      busy: false,
      againIn: 0,
      trouble: { code: "code_used_up" },
    });
  });

  test("that did not come through stays and is handed in again", async () => {
    answer = async () => {
      throw new Unreachable("offline");
    };
    entry.type("123456");
    await clock.advance(0);
    expect(entry.state.get()).toMatchObject({ text: "123456", trouble: { code: "offline" } });
    answer = async () => {};
    await entry.submit();
    expect(redeemed).toEqual(["123456", "123456"]);
    expect(entry.state.get().trouble).toBeUndefined();
  });

  test("too many tries say how long to wait", async () => {
    answer = async () => {
      throw new Refused(429, "too_many_attempts", "Wait.", 30);
    };
    entry.type("123456");
    await clock.advance(0);
    expect(entry.state.get().trouble).toMatchObject({ code: "too_many_attempts", retryAfter: 30 });
  });
});

describe("another code", () => {
  test("may be asked for after a while, which is counted down", async () => {
    expect(entry.state.get().againIn).toBe(30);
    await clock.advance(1_000);
    expect(entry.state.get().againIn).toBe(29);
    await entry.again();
    expect(entry.state.get().sent).toBe(1);
    await clock.advance(29_000);
    expect(entry.state.get().againIn).toBe(0);
    await entry.again();
    expect(entry.state.get()).toMatchObject({ sent: 2, againIn: 30, text: "", busy: false });
  });

  test("waits as long as the server says", async () => {
    resend = async () => {
      throw new Refused(429, "too_many_codes", "Wait.", 600);
    };
    await clock.advance(30_000);
    await entry.again();
    expect(entry.state.get()).toMatchObject({ againIn: 600, trouble: { code: "too_many_codes" } });
  });

  test("can be tried at once where nobody answered", async () => {
    resend = async () => {
      throw new Unreachable("timeout");
    };
    await clock.advance(30_000);
    await entry.again();
    expect(entry.state.get()).toMatchObject({ againIn: 0, busy: false });
  });

  test("is not counted down once nobody looks", async () => {
    entry.end();
    await clock.advance(10_000);
    expect(entry.state.get().againIn).toBe(30);
  });
});
