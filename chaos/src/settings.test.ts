import { expect, it } from "vitest";

import { chaosSettings } from "./settings.ts";

it("runs every variant for twenty minutes in all, Redis restarted every two minutes of each", () => {
  const { durationMs, redisRestarts, variants, preload } = chaosSettings({});
  expect(durationMs).toBe(20 * 60_000);
  expect(redisRestarts).toBe(Math.floor(20 / variants.length / 2));
  expect(preload).toBeNull();
});

it("restarts Redis in every variant, however short the run", () => {
  expect(chaosSettings({ CHAOS_MINUTES: "0.5" }).redisRestarts).toBe(1);
});

it.each([
  ["CHAOS_MINUTES", "two"],
  ["CHAOS_MINUTES", "0"],
  ["CHAOS_SEED", "-1"],
  ["CHAOS_VARIANT", "holding"],
  ["CHAOS_BREAK", "everything"],
])("refuses %s=%s and names it", (name, text) => {
  expect(() => chaosSettings({ [name]: text })).toThrow(`${name}: must be`);
});
