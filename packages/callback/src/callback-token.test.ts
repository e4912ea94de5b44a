import { newGenerationId } from "@apidot-queue/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { CallbackKey, CallbackKeys } from "./callback-keys.ts";
import { CALLBACK_TOKEN_TTL_MS, callbackToken, readCallbackToken } from "./callback-token.ts";

const NOW_MS = Date.parse("2026-06-14T12:00:00Z");
const OLD: CallbackKey = { kid: "2025", secret: "an older secret of some length" };
const NEW: CallbackKey = { kid: "2026", secret: "a newer secret of some length" };
const KEYS: CallbackKeys = [NEW, OLD];

const subject = fc.record({
  id: fc
    .tuple(fc.constantFrom("default", "a", "eu-west-1"), fc.integer({ min: 0, max: NOW_MS }))
    .map(([lane, ms]) => newGenerationId(lane, ms)),
  attempt: fc.integer({ min: 1, max: 999_999_999 }),
});

const read = (token: string, keys = KEYS, nowMs = NOW_MS) => readCallbackToken(token, keys, nowMs);

describe("a callback token", () => {
  it("tells the attempt that it was made for, and no more", () => {
    fc.assert(
      fc.property(subject, (given) => {
        expect(read(callbackToken(given, KEYS, NOW_MS))).toEqual(given);
      }),
    );
  });

  it("has five parts, and none of them needs encoding in a path", () => {
    const id = newGenerationId("default", NOW_MS);
    const token = callbackToken({ id, attempt: 3 }, KEYS, NOW_MS);
    const expiry = (NOW_MS + CALLBACK_TOKEN_TTL_MS) / 1_000;
    expect(token.split(".").slice(0, 4)).toEqual(["2026", id, "3", String(expiry)]);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it("is worth nothing with any one character changed, added or left out", () => {
    const change = fc.constantFrom("replace", "insert", "remove");
    const character = fc.constantFrom(...Array.from("0123456789abcdefXYZ-_.=% é"));
    fc.assert(
      fc.property(subject, fc.nat(), change, character, (given, at, how, other) => {
        const token = callbackToken(given, KEYS, NOW_MS);
        const index = at % token.length;
        const rest = token.slice(how === "insert" ? index : index + 1);
        const changed = token.slice(0, index) + (how === "remove" ? "" : other) + rest;
        if (changed !== token) expect(read(changed)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it("is worth nothing with any part of another one in it", () => {
    fc.assert(
      fc.property(subject, subject, fc.nat({ max: 4 }), (one, other, part) => {
        const mine = callbackToken(one, KEYS, NOW_MS).split(".");
        const theirs = callbackToken(other, [OLD], NOW_MS + 5_000).split(".");
        const mixed = mine.with(part, theirs[part] ?? "").join(".");
        if (mixed !== mine.join(".")) expect(read(mixed)).toBeNull();
      }),
    );
  });

  it("is good for a week", () => {
    const token = callbackToken({ id: newGenerationId("a", NOW_MS), attempt: 1 }, KEYS, NOW_MS);
    expect(read(token, KEYS, NOW_MS + CALLBACK_TOKEN_TTL_MS - 1)).not.toBeNull();
    expect(read(token, KEYS, NOW_MS + CALLBACK_TOKEN_TTL_MS)).toBeNull();
  });

  it("is checked by every key that is still there, and by no other", () => {
    const given = { id: newGenerationId("a", NOW_MS), attempt: 1 };
    const token = callbackToken(given, [OLD], NOW_MS);
    expect(read(token, [NEW, OLD])).toEqual(given);
    expect(read(token, [NEW])).toBeNull();
    expect(read(token, [{ ...NEW, kid: OLD.kid }])).toBeNull();
  });

  it("reads as null whatever else stands in its place", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(read(text)).toBeNull();
      }),
    );
    for (const text of [
      "",
      ".",
      "....",
      "a".repeat(100_000),
      `2026.default_x.1.9.${"a".repeat(43)}`,
    ]) {
      expect(read(text)).toBeNull();
    }
  });
});
