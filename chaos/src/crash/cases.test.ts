import { expect, it } from "vitest";

import { allCases, expectedStatus, faultRules } from "./cases.ts";
import { CRASH_POINTS } from "./points.ts";

it("every point is killed under both policies, on a lane and with prompts of its own", () => {
  const cases = allCases();
  for (const point of CRASH_POINTS) {
    const kills = cases.filter((one) => one.point === point && one.blow === "kill");
    const policies = point.needsCallbacks === true ? ["callbacks"] : ["hold", "callbacks"];
    expect(kills.map(({ policy }) => policy)).toEqual(policies);
  }
  const lanes = cases.map(({ lane }) => lane);
  expect(new Set(lanes).size).toBe(lanes.length);
  for (const lane of lanes) expect(lane).toMatch(/^[a-z0-9-]{1,24}$/);
  const prompts = cases.flatMap((one) => one.prompts);
  expect(new Set(prompts).size).toBe(prompts.length);
});

it("only a kill under hold may leave something for a person", () => {
  const held = allCases().filter((one) => expectedStatus(one) === "held");
  expect(held.length).toBeGreaterThan(0);
  expect(held.every(({ blow, policy }) => blow === "kill" && policy === "hold")).toBe(true);
});

it("a fault strikes the first attempt of its own prompt alone", () => {
  for (const rule of allCases().flatMap(faultRules)) {
    expect(rule).toMatchObject({
      on: "submit",
      times: 1,
      match: { prompt_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  }
});
