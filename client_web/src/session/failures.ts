/** How a request ends badly: the server said no, or there was no answer. */

/** The server's answer is a problem (RFC 9457). `code` is stable. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, detail: string, retryAfter?: number) {
    super(detail);
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

/** What to tell about a failed request. Anything else than the two is a defect and thrown on. */
export function failureOf(error: unknown): Refused | Unreachable {
  if (error instanceof Refused || error instanceof Unreachable) return error;
  throw error;
}

/** Whether the recording notice must be accepted before anything else. */
export function noticeRequired(error: unknown): boolean {
  return error instanceof Refused && error.code === "notice_required";
}

/** Whether there is no valid session any more. */
export function sessionRefused(error: unknown): boolean {
  return error instanceof Refused && error.status === 401;
}
