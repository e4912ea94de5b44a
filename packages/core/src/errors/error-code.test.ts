import { describe, expect, it } from "vitest";

import { FAILED_REASONS, HELD_REASONS } from "../lifecycle/index.ts";
import { ERROR_CODES, isErrorCode, type ErrorCode } from "./index.ts";

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

describe("the registry of error codes", () => {
  it("has a code for every way to fail and every way to be held", () => {
    expect(CODES).toEqual(expect.arrayContaining([...FAILED_REASONS, ...HELD_REASONS]));
  });

  it.each(CODES)("%s is snake_case and explained in one sentence", (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(ERROR_CODES[code].meaning).toMatch(/^[A-Z].*[^.]\.$/);
  });

  it("advises against a retry only where the same request meets the same answer", () => {
    expect(CODES.filter((code) => !ERROR_CODES[code].retryable)).toEqual([
      "invalid_request",
      "authentication_error",
      "insufficient_credits",
      "poison",
    ]);
  });
});

describe("isErrorCode", () => {
  it.each(CODES)("knows %s", (code) => {
    expect(isErrorCode(code)).toBe(true);
  });

  it.each(["", "RATE_LIMITED", "toString", "__proto__", "constructor", "hasOwnProperty"])(
    "does not know %j",
    (text) => {
      expect(isErrorCode(text)).toBe(false);
    },
  );
});
