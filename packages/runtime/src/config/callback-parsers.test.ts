import { describe, expect, test } from "vitest";

import { callbackSecrets, surfaces } from "./callback-parsers.ts";
import { secretsOf } from "./load-config.ts";

const LONG = "0123456789abcdef";

describe("the keys of callbacks", () => {
  test("are read in their order", () => {
    expect(callbackSecrets(`2026:${LONG}:with:colons, old_1:${LONG}`)).toEqual({
      ok: true,
      value: [
        { kid: "2026", secret: `${LONG}:with:colons` },
        { kid: "old_1", secret: LONG },
      ],
    });
  });

  test.each([
    [LONG, "entry 1 must be kid:secret"],
    [`a:${LONG},`, "entry 2 must be kid:secret"],
    [`a:${LONG.slice(1)}`, "entry 1 must be kid:secret"],
    [`a.b:${LONG}`, "entry 1 must be kid:secret"],
    [`a:${LONG} ${LONG}`, "entry 1 must be kid:secret"],
    [`kept:${LONG}`, "entry 1 must not be named kept"],
    [`a:${LONG},b:${LONG},a:${LONG}`, "entry 3 has the name of an earlier one"],
  ])("%j is refused, and the problem repeats no secret", (text, problem) => {
    const parsed = callbackSecrets(text);
    expect(parsed).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
    expect(JSON.stringify(parsed)).not.toContain("0123");
  });

  test("are kept out of the log", () => {
    const keys = [
      { kid: "a", secret: LONG },
      { kid: "b", secret: `${LONG}${LONG}` },
    ];
    expect(secretsOf({ callbackSecrets: keys })).toEqual([LONG, `${LONG}${LONG}`]);
  });
});

describe("surfaces", () => {
  test.each([
    ["api", ["api"]],
    ["callbacks", ["callbacks"]],
    ["callbacks, api", ["api", "callbacks"]],
  ])("%j is read", (text, value) => {
    expect(surfaces(text)).toEqual({ ok: true, value });
  });

  test.each(["", "apis", "api,", "api;callbacks"])("%j is refused", (text) => {
    expect(surfaces(text)).toEqual({
      ok: false,
      problem: "must be api, callbacks or both with a comma",
    });
  });

  test("the dashboard is refused by its name, as it is not there", () => {
    expect(surfaces("api,callbacks,dashboard")).toMatchObject({
      ok: false,
      problem: expect.stringContaining("no dashboard yet") as string,
    });
  });
});
