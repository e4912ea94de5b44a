import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { canonicalJson } from "./canonical-json.ts";

/** The same value with the keys of every object in the opposite order of insertion. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, member]) => [key, reordered(member)]));
}

/** The value as it is after being stored: -0 has become 0. */
function stored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("canonical JSON", () => {
  test("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test("parses back to the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = stored(value);
        expect(JSON.parse(canonicalJson(parsed))).toEqual(parsed);
      }),
    );
  });

  test("is the same for two values exactly when they are equal", () => {
    const small = fc.jsonValue({ maxDepth: 1 }).map(stored);
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(canonicalJson(a) === canonicalJson(b)).toBe(isDeepStrictEqual(a, b));
      }),
      { numRuns: 1_000 },
    );
  });

  test("sorts by code units and keeps the order of arrays", () => {
    expect(canonicalJson({ b: [2, 1], a: 1, B: 0, "\u20ac": 3, "": 4 })).toBe(
      '{"":4,"B":0,"a":1,"b":[2,1],"\u20ac":3}',
    );
  });

  test("writes numbers as RFC 8785 does", () => {
    expect(canonicalJson([Number("333333333.33333329"), 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
    );
  });

  test("keeps a parsed __proto__ key as data", () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toBe(
      '{"__proto__":{"a":1},"b":1}',
    );
  });

  test("leaves out members that are undefined, as storing them does", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test("writes a lone surrogate as its escape", () => {
    expect(canonicalJson("\ud800")).toBe('"\\ud800"');
  });

  test.each([
    ["NaN", Number.NaN],
    ["Infinity", Infinity],
    ["a bigint", 1n],
    ["a function", () => 1],
    ["undefined", undefined],
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["a hole in an array", [,]], // eslint-disable-line no-sparse-arrays
  ])("refuses %s", (_, value) => {
    expect(() => canonicalJson({ nested: [value] })).toThrow(TypeError);
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
