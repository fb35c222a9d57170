import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Refused, Unreachable } from "../session/failures";
import { FetchApi } from "./fetch_api";

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let api: FetchApi;
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  api = new FetchApi((path, request) => fetch(`http://127.0.0.1:${port}${path}`, request));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function says(status: number, body: unknown, type = "application/json"): void {
  answer = (_request, response) => {
    response.writeHead(status, { "Content-Type": type });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

test("asks where the server listens, with the query that it takes", async () => {
  says(200, { events: [], more_before: false, more_after: false });
  await api.timeline("c".repeat(32), { before: 12, limit: 50 });
  says(200, { hits: [] });
  await api.search("zażółć & co");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  says(204, "");
  await api.revoke("a/b");
  says(200, { tokens: [], bots: [] });
  await api.revokeOwnToken("c/d");
  expect(asked).toEqual([
    `GET /api/v1/conversations/${"c".repeat(32)}/timeline?before=12&limit=50`,
    `GET /api/v1/search?q=za%C5%BC%C3%B3%C5%82%C4%87+%26+co&zone=${encodeURIComponent(zone)}`,
    "DELETE /api/v1/devices/a%2Fb",
    "DELETE /api/v1/tokens/c%2Fd",
  ]);
});

test("brings a file's piece up as bytes, whatever the file is", async () => {
  const types: (string | undefined)[] = [];
  answer = (request, response) => {
    types.push(request.headers["content-type"]);
    request.resume();
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ upload: "u", offset: 8, size: 9, piece_bytes: 4 }));
  };
  const piece = new Blob(["bytes"], { type: "text/html" });
  await api.putBytes("u", 4, piece as unknown as Parameters<FetchApi["putBytes"]>[2]);
  expect(asked).toEqual(["PUT /api/v1/uploads/u/bytes?offset=4"]);
  expect(types).toEqual(["application/octet-stream"]);
});

test("passes over events of a type that a newer server has, and refuses wrong ones", async () => {
  const more = { more_before: false, more_after: false };
  says(200, { events: [{ type: "poll.opened", question: "?" }], ...more });
  expect((await api.timeline("c".repeat(32), { limit: 50 })).events).toEqual([]);
  says(200, { events: [{ type: "message.sent" }], ...more });
  await expect(api.timeline("c".repeat(32), { limit: 50 })).rejects.toThrow(Unreachable);
});

test("asks for invites, codes and notices where the server has them", async () => {
  says(204, "");
  await api.revokeInvite("i/1");
  await api.acceptNotice({ notice: "0".repeat(64) });
  const sent = { address: "•••• 567", way: "sms", digits: 6, expires_in: 600, again_in: 30 };
  says(200, sent);
  expect(await api.sendInvitationCode({ invite: "token" })).toEqual(sent);
  expect(await api.sendSignInCode({ address: "+48601234567" })).toEqual(sent);
  says(200, { invites: [] });
  expect(await api.invites()).toEqual({ invites: [] });
  says(401, "no");
  const accepting = { invite: "token", code: "123456", notice: "0".repeat(64) };
  await expect(api.acceptInvitation(accepting)).rejects.toThrow(Unreachable);
  await expect(api.showInvitation({ invite: "token" })).rejects.toThrow(Unreachable);
  await expect(api.inviteAgain("i", { way: "sms" })).rejects.toThrow(Unreachable);
  expect(asked).toEqual([
    "DELETE /api/v1/invites/i%2F1",
    "POST /api/v1/notice",
    "POST /api/v1/invitation/code",
    "POST /api/v1/sign-in/code",
    "GET /api/v1/invites",
    "POST /api/v1/invitation/accept",
    "POST /api/v1/invitation",
    "POST /api/v1/invites/i/link",
  ]);
});

test("sends a body as JSON", async () => {
  const bodies: string[] = [];
  answer = (request, response) => {
    expect(request.headers["content-type"]).toBe("application/json");
    request.on("data", (part) => bodies.push(String(part)));
    request.on("end", () => response.writeHead(401).end());
  };
  await expect(api.signIn({ username: "anna", password: "x" })).rejects.toThrow();
  expect(bodies.map((body) => JSON.parse(body))).toEqual([{ username: "anna", password: "x" }]);
});

describe("a problem", () => {
  test("is a refusal with its stable code", async () => {
    const type = "urn:onrecord:problem:too_many_attempts";
    says(
      429,
      {
        type,
        title: "Too Many Requests",
        status: 429,
        code: "too_many_attempts",
        detail: "Wait a little.",
        retry_after: 4.5,
      },
      "application/problem+json",
    );
    const error = await api.me().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({
      status: 429,
      code: "too_many_attempts",
      message: "Wait a little.",
      retryAfter: 4.5,
    });
  });
});

describe("no answer that the protocol knows", () => {
  test.each([
    ["an error page of something in between", 502, "<h1>Bad gateway</h1>"],
    ["a page instead of an answer", 200, "<!doctype html>"],
    ["an answer with a member missing", 200, { ticket: "t" }],
    ["an error that is no problem", 500, { oops: true }],
  ])("%s is as good as none", async (_name, status, body) => {
    says(status, body);
    await expect(api.ticket()).rejects.toMatchObject({ name: "Unreachable", code: "server_error" });
  });

  test("a connection that is cut is none", async () => {
    answer = (request) => request.destroy();
    const error = await api.me().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Unreachable);
    expect(error).toMatchObject({ code: "offline" });
  });

  test("a redirect is not followed", async () => {
    answer = (_request, response) => response.writeHead(302, { Location: "/elsewhere" }).end();
    await expect(api.me()).rejects.toMatchObject({ name: "Unreachable" });
    expect(asked).toEqual(["GET /api/v1/me"]);
  });
});

test("the list of people is fetched again only when it is another one", async () => {
  const ben = {
    id: "b",
    name: "Ben",
    kind: "employee",
    org: "B",
    role: "employee",
    outside: false,
  };
  const tags: (string | undefined)[] = [];
  let tag = '"1"';
  answer = (request, response) => {
    tags.push(request.headers["if-none-match"]);
    const known = request.headers["if-none-match"] === tag;
    response.writeHead(known ? 304 : 200, { "Content-Type": "application/json", ETag: tag });
    response.end(known ? "" : JSON.stringify([{ ...ben, name: tag }]));
  };
  const first = await api.people();
  expect(await api.people()).toEqual(first);
  tag = '"2"';
  expect((await api.people())[0]?.name).toBe('"2"');
  expect(tags).toEqual([undefined, '"1"', '"1"']);
});
