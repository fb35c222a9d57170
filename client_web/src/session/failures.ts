/** How a request ends badly: the server said no, or there was no answer. */
import type * as wire from "../wire/types.gen";

/** What some refusals say beside their code. */
export interface About {
  /** With `link_used`: when and where. */
  readonly used?: wire.LinkUse | undefined;
  /** With `already_invited`: the invite that the address has, if it is one's own. */
  readonly invite?: wire.OpenInvite | undefined;
  /** With `signed_in_as_other`: who is signed in, and whom the link is for. */
  readonly switching?: wire.SwitchOfPerson | undefined;
  /** With `query_not_understood`: the part of the search. */
  readonly part?: string | undefined;
  /** With `crossing_not_confirmed`: all from outside the firm who would get it. */
  readonly outside?: readonly string[] | undefined;
}

/** The server's answer is a problem (RFC 9457). `code` is stable. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | undefined;
  readonly about: About;

  constructor(
    status: number,
    code: string,
    detail: string,
    retryAfter?: number,
    about: About = {},
  ) {
    super(detail);
    this.about = about;
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** There was no answer, or none that the protocol knows. Trying again may help. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly code: "offline" | "timeout" | "server_error";

  constructor(code: "offline" | "timeout" | "server_error", options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** The person said no, or the device could not. */
export class NoPasskey extends Error {
  override readonly name = "NoPasskey";
  readonly code: "passkey_cancelled" | "passkey_known" | "passkey_failed";

  constructor(code: NoPasskey["code"], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** What to tell about a failed request. Anything else than the two is a defect and thrown on. */
export function failureOf(error: unknown): Refused | Unreachable {
  if (error instanceof Refused || error instanceof Unreachable) return error;
  throw error;
}

/** What a page before the chat is shown for. */
const FIRST = ["notice_required", "verification_due", "session_locked", "password_required"];

/** Whether a refusal means that the person must do something before there is a socket. */
export function isFirst(code: string): boolean {
  return FIRST.includes(code);
}

/** Whether there is no valid session any more. */
export function sessionRefused(error: unknown): boolean {
  return error instanceof Refused && error.status === 401;
}
