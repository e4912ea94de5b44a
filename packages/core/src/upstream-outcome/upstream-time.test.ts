import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUpstreamTime } from "./upstream-time.ts";

describe("parseUpstreamTime", () => {
  it.each([
    ["2026-04-19T21:19:42", "2026-04-19T21:19:42.000Z"],
    ["2026-04-19 21:19:42", "2026-04-19T21:19:42.000Z"],
    ["2026-04-19T21:19:42.123456", "2026-04-19T21:19:42.123Z"],
    ["2026-04-19T21:19:42Z", "2026-04-19T21:19:42.000Z"],
    ["2026-04-19T21:19:42+02:00", "2026-04-19T19:19:42.000Z"],
    ["2026-04-19T21:19:42-0330", "2026-04-20T00:49:42.000Z"],
  ])("reads %s as %s", (text, expected) => {
    expect(new Date(parseUpstreamTime(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([null, undefined, 1757165031, "", "yesterday", "2026-04-19", "2026-13-19T21:19:42", {}])(
    "does not guess at %j",
    (text) => {
      expect(parseUpstreamTime(text)).toBeNull();
    },
  );

  it("takes a zone-less time for UTC whatever the zone of this machine", () => {
    const valid = fc.date({
      min: new Date("1970-01-01T00:00:00Z"),
      max: new Date("2999-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(valid, (date) => {
        expect(parseUpstreamTime(date.toISOString().slice(0, -1))).toBe(date.getTime());
      }),
    );
  });
});
