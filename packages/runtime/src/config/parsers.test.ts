import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  apiKey,
  decimal,
  durationOrNever,
  httpBaseUrl,
  listenHost,
  onOff,
  oneOf,
  wholeNumber,
} from "./parsers.ts";

describe("whole numbers", () => {
  test("every number of the range is read and every other one refused", () => {
    fc.assert(
      fc.property(fc.integer(), (number) => {
        const parsed = wholeNumber(0, 65_535)(String(number));
        expect(parsed.ok).toBe(number >= 0 && number <= 65_535);
        if (parsed.ok) expect(parsed.value).toBe(number);
      }),
    );
  });

  test.each(["1.5", "1e3", " 1", "0x10", "+1", "-0", "one", "1 ", "9".repeat(16)])(
    "%j is refused",
    (text) => {
      expect(wholeNumber(0, 1e15)(text).ok).toBe(false);
    },
  );

  test("the problem names the range", () => {
    expect(wholeNumber(1, 10)("11")).toEqual({
      ok: false,
      problem: "must be a whole number from 1 to 10",
    });
  });
});

test("a duration of 0 means never, and only where that is allowed", () => {
  expect(durationOrNever(1, 10)("0")).toEqual({ ok: true, value: null });
  expect(durationOrNever(1, 10)("10")).toEqual({ ok: true, value: 10 });
  expect(durationOrNever(1, 10)("11").ok).toBe(false);
});

test("decimals are read without exponents", () => {
  expect(decimal(1, 10)("1.5")).toEqual({ ok: true, value: 1.5 });
  expect(decimal(1, 10)("0.99").ok).toBe(false);
  expect(decimal(1, 10)("1e0").ok).toBe(false);
  expect(decimal(1, 10)("Infinity").ok).toBe(false);
});

test("words are read as they are written", () => {
  expect(oneOf("resubmit", "hold")("hold")).toEqual({ ok: true, value: "hold" });
  expect(oneOf("resubmit", "hold")("Hold").ok).toBe(false);
  expect(onOff("on")).toEqual({ ok: true, value: true });
  expect(onOff("off")).toEqual({ ok: true, value: false });
  expect(onOff("true").ok).toBe(false);
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
  ["[::1]", "::1"],
  ["localhost", "localhost"],
  ["0.0.0.0", "0.0.0.0"],
])("a server may be told to listen on %s", (text, host) => {
  expect(listenHost(text)).toEqual({ ok: true, value: host });
});

test.each(["127.0.0.1:80", "http://localhost", "999.1.1.1", "a b", "[", "[x]"])(
  "%j is no address to listen on",
  (text) => {
    expect(listenHost(text).ok).toBe(false);
  },
);

test.each([
  ["https://api.apidot.ai", "https://api.apidot.ai"],
  ["http://127.0.0.1:8788/", "http://127.0.0.1:8788"],
  ["https://proxy.example/apidot/", "https://proxy.example/apidot"],
])("the base URL %s comes back as %s", (text, url) => {
  expect(httpBaseUrl(text)).toEqual({ ok: true, value: url });
});

test.each([
  "api.apidot.ai",
  "ftp://host.example",
  "https://user:canary@host.example",
  "https://host.example/?",
  "https://host.example/?key=canary",
  "https://host.example/#canary",
])("the base URL %j is refused without repeating it", (text) => {
  const parsed = httpBaseUrl(text);
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).not.toContain("canary");
});

test("a key has no spaces, so that a pasted header is noticed", () => {
  expect(apiKey("key_0123-ABC")).toEqual({ ok: true, value: "key_0123-ABC" });
  expect(apiKey("Bearer canary").ok).toBe(false);
  expect(apiKey("canary\n").ok).toBe(false);
  expect(apiKey("schlüssel").ok).toBe(false);
});
