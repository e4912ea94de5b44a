import { describe, expect, test } from "vitest";
import { z } from "zod";

import { checkAgainst } from "./check-fields.ts";

/** What is said of `value` at the path `/options`, as `pointer code: message`. */
function findings(schema: z.ZodType, value: unknown): readonly string[] {
  return checkAgainst(schema, value, ["options"]).map(
    ({ pointer, code, message }) => `${pointer} ${code}: ${message}`,
  );
}

describe("a finding of a schema without words of its own", () => {
  test("a missing word is required, with all that are allowed", () => {
    const schema = z.object({ speed: z.enum(["slow", "fast"]) });
    expect(findings(schema, {})).toEqual(["/options/speed required: is required: slow or fast"]);
  });

  test.each([
    ["another word", "quick", 'invalid_value: must be slow or fast, got "quick"'],
    ["another type", 1, "invalid_type: must be one of the strings slow or fast, got a number"],
  ])("a wrong one says which are allowed: %s", (_, speed, expected) => {
    const schema = z.object({ speed: z.enum(["slow", "fast"]) });
    expect(findings(schema, { speed })).toEqual([`/options/speed ${expected}`]);
  });

  test.each([
    ["has none", undefined],
    ["is not on the list", { code: "made_up" }],
    ["is a property of every object", { code: "constructor" }],
    ["is not a string", { code: 7 }],
  ])("a refinement whose code %s is an invalid value", (_, params) => {
    const schema = z.string().refine(() => false, params === undefined ? {} : { params });
    expect(findings(schema, "a")).toEqual(["/options invalid_value: is not allowed"]);
  });

  test("a refinement whose code is on the list has that code", () => {
    const schema = z.string().refine(() => false, { params: { code: "too_many" } });
    expect(findings(schema, "a")).toEqual(["/options too_many: is not allowed"]);
  });

  test("a format that has no words is an invalid value", () => {
    expect(findings(z.string().regex(/^b$/), "a")).toEqual([
      "/options invalid_value: is not allowed",
    ]);
  });
});
