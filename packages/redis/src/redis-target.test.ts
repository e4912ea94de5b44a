import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { describeRedisTarget, parseRedisUrl } from "./redis-target.ts";

const NOBODY = { username: null, password: null };

function target(text: string) {
  const parsed = parseRedisUrl(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function problem(text: string): string {
  const parsed = parseRedisUrl(text);
  return parsed.ok ? "none" : parsed.problem;
}

describe("one server", () => {
  test.each([
    ["redis://127.0.0.1:6379", { host: "127.0.0.1", port: 6379, db: 0, tls: false, ...NOBODY }],
    ["redis://redis", { host: "redis", port: 6379, db: 0, tls: false, ...NOBODY }],
    ["redis://redis/", { host: "redis", port: 6379, db: 0, tls: false, ...NOBODY }],
    ["redis://redis/3", { host: "redis", port: 6379, db: 3, tls: false, ...NOBODY }],
    ["rediss://h.example:1", { host: "h.example", port: 1, db: 0, tls: true, ...NOBODY }],
    ["redis://[::1]:7/1", { host: "::1", port: 7, db: 1, tls: false, ...NOBODY }],
    ["redis://u:p@h:1", { host: "h", port: 1, db: 0, tls: false, username: "u", password: "p" }],
    [
      "redis://:p%40%2F%3A@h",
      { host: "h", port: 6379, db: 0, tls: false, username: null, password: "p@/:" },
    ],
    [
      "redis://:a@b:c,d@h",
      { host: "h", port: 6379, db: 0, tls: false, username: null, password: "a@b:c,d" },
    ],
  ])("%s", (text, expected) => {
    expect(target(text)).toEqual({ kind: "single", ...expected });
  });

  test("any user and password survive percent-encoding", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(name, name, (username, password) => {
        const login = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
        expect(target(`redis://${login}@h:1/2`)).toMatchObject({ username, password, db: 2 });
      }),
    );
  });
});

describe("a master behind sentinels", () => {
  test("names its sentinels, the master and the database", () => {
    expect(target("redis+sentinel://u:p@a:1,b,[::1]:3/main/2")).toEqual({
      kind: "sentinel",
      sentinels: [
        { host: "a", port: 1 },
        { host: "b", port: 26_379 },
        { host: "::1", port: 3 },
      ],
      master: "main",
      db: 2,
      username: "u",
      password: "p",
    });
  });

  test("is not found without a name", () => {
    expect(problem("redis+sentinel://a:1,b:2")).toContain("must name the master");
    expect(problem("redis+sentinel://a:1/")).toContain("must name the master");
    expect(problem("redis+sentinel://a:1/main/0/more")).toContain("must name the master");
  });
});

describe("the nodes of a cluster", () => {
  test("are two or more URLs", () => {
    expect(target("rediss://u:p@a:1,rediss://u:p@b:2, rediss://c/0")).toEqual({
      kind: "cluster",
      nodes: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
        { host: "c", port: 6379 },
      ],
      tls: true,
      username: "u",
      password: "p",
    });
  });

  test("agree with one another", () => {
    expect(problem("redis://a,rediss://b")).toContain("one scheme");
    expect(problem("redis://:x@a,redis://:y@b")).toContain("same credentials");
    expect(problem("redis://a/1,redis://b")).toContain("must not name a database");
  });
});

describe("what is no Redis", () => {
  test.each([
    "",
    "redis:",
    "localhost:6379",
    "http://h",
    "redis://",
    "redis://h:0",
    "redis://h:65536",
    "redis://h:x",
    "redis://h:",
    "redis://h/x",
    "redis://h/1/2",
    "redis://h?family=6",
    "redis://a:1,b:2",
    "redis://a,",
    "redis://::1",
    "redis://[a]",
    "redis://user@h",
    "redis://a b",
    "redis+sentinel://a,,b/main",
    "redis+sentinels://a/main",
  ])("%j is refused", (text) => {
    expect(parseRedisUrl(text).ok).toBe(false);
  });

  test.each([
    "redis://:canary",
    "redis://u:canary/x@h",
    "redis://u:canary?@h",
    "redis://u:canary%zz@h",
    "redis://u:canary#1@h",
    "redis://u:canary@h:port",
    "redis://:canary@a,redis://:other@b",
    "redis+sentinel://u:canary@h",
    "canary",
  ])("%j is refused without repeating it", (text) => {
    expect(problem(text)).toMatch(/^must /);
    expect(problem(text)).not.toContain("canary");
  });

  test("nothing makes it throw, and no problem spans lines", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `redis://${rest}`),
    );
    fc.assert(
      fc.property(text, (any) => {
        expect(problem(any)).not.toContain("\n");
      }),
    );
  });
});

test("a description shows where it is and no credentials", () => {
  const texts = [
    ["redis://u:canary@h:1/2", "h:1"],
    ["redis://:canary@[::1]:1", "[::1]:1"],
    ["redis+sentinel://u:canary@a:1,b/main", "main by sentinels a:1, b:26379"],
    ["redis://u:canary@a:1,redis://b", "cluster a:1, b:6379"],
  ] as const;
  for (const [text, description] of texts)
    expect(describeRedisTarget(target(text))).toBe(description);
});
