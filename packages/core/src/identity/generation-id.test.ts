import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  DEFAULT_LANE,
  isLaneName,
  laneOf,
  newGenerationId,
  parseGenerationId,
  ulidOf,
} from "./index.ts";

const NOW = Date.UTC(2026, 5, 14);
const lane = fc.stringMatching(/^[a-z0-9-]{1,24}$/);

describe("the id of a generation", () => {
  it("is the lane and 26 characters of lower-case ULID", () => {
    expect(newGenerationId("emulator", NOW)).toMatch(/^emulator_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it("is another one each time, beyond the random words of one draw", () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => newGenerationId("a", NOW + at));
    expect(new Set(ids.map((id) => id.slice(-16))).size).toBe(ids.length);
  });

  it("comes apart into what it was made of", () => {
    fc.assert(
      fc.property(lane, fc.integer({ min: 0, max: NOW }), (name, nowMs) => {
        const id = newGenerationId(name, nowMs);
        const parts = { lane: name, ulid: id.slice(name.length + 1) };
        expect(parseGenerationId(id)).toEqual(parts);
        expect({ lane: laneOf(id), ulid: ulidOf(id) }).toEqual(parts);
      }),
    );
  });

  it("is never made twice, and ids of one lane sort by the time they were made", () => {
    const ids = Array.from({ length: 500 }, (_, n) => newGenerationId("a", NOW + (n >> 3)));
    expect(new Set(ids).size).toBe(500);
    expect([...ids].sort()).toEqual(ids);
  });

  it("keeps sorting when the clock steps back", () => {
    const first = newGenerationId("a", NOW + 10_000_000);
    expect(newGenerationId("a", NOW) > first).toBe(true);
  });

  it("is not made for something that is no lane", () => {
    expect(() => newGenerationId("My Lane", NOW)).toThrow(RangeError);
    expect(() => newGenerationId("", NOW)).toThrow('not a lane name: ""');
  });

  it.each([
    "",
    "default",
    "default_",
    "_01k9zzzzzzzzzzzzzzzzzzzzzz",
    "default_01k9zzzzzzzzzzzzzzzzzzzzz",
    "default_01k9zzzzzzzzzzzzzzzzzzzzzzz",
    "default_01K9ZZZZZZZZZZZZZZZZZZZZZZ",
    "default_01k9zzzzzzzzzzzzzzzzzzzzzi",
    "default_01k9zzzzzzzzzzzzzzzzzzzzz\n",
    "default_01k9zzzzzzzzzzzzzzzzzzzzzz\n",
    "default_x_01k9zzzzzzzzzzzzzzzzzzzzzz",
    "Default_01k9zzzzzzzzzzzzzzzzzzzzzz",
    "{a}_01k9zzzzzzzzzzzzzzzzzzzzzz",
  ])("is not recognised in %j", (text) => {
    expect(parseGenerationId(text)).toBeNull();
  });

  it("is looked for in any text without a throw", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parts = parseGenerationId(text);
        if (parts !== null) expect(`${parts.lane}_${parts.ulid}`).toBe(text);
      }),
    );
  });
});

describe("a lane's name", () => {
  it.each([DEFAULT_LANE, "a", "0", "-", "eu-west-1", "a".repeat(24)])("may be %j", (name) => {
    expect(isLaneName(name)).toBe(true);
  });

  it.each(["", "A", "a_b", "a.b", "a:b", "a b", "a\n", "ä", "{a}", "a".repeat(25)])(
    "may not be %j",
    (name) => {
      expect(isLaneName(name)).toBe(false);
    },
  );
});
