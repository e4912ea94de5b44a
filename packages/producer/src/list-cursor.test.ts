import { STATUSES } from "@apidot-queue/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readListCursor, writeListCursor } from "./list-cursor.ts";

const number = fc.nat(999_999_999).map(String);
const position = fc
  .tuple(number, number)
  .map(([ms, sequence]) => `${ms}-${sequence}`)
  .filter((text) => text !== "0-0");
const text = fc.option(fc.string({ maxLength: 12 }), { nil: undefined });
const filters = fc.record({
  lane: text,
  userId: text,
  model: text,
  statuses: fc.option(fc.subarray([...STATUSES]), { nil: undefined }),
});

describe("a cursor", () => {
  it("gives its position back to the same filters, in any order", () => {
    fc.assert(
      fc.property(position, filters, (at, given) => {
        const cursor = writeListCursor(at, given);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readListCursor(cursor, given)).toEqual({ position: at });
        const statuses = given.statuses?.toReversed();
        expect(readListCursor(cursor, { ...given, statuses })).toEqual({ position: at });
        expect(readListCursor(cursor, null)).toEqual({ position: at });
      }),
    );
  });

  it("is refused before the first position: Redis knows nothing older", () => {
    expect(readListCursor(writeListCursor("0-0", {}), {})).toHaveProperty("problem");
  });

  it("is refused with any other filters", () => {
    fc.assert(
      fc.property(position, filters, filters, (at, given, other) => {
        const isSame = ["lane", "userId", "model"].every(
          (key) => given[key as "lane"] === other[key as "lane"],
        );
        const asText = ({ statuses = [] }: typeof given) => [...statuses].toSorted().join();
        fc.pre(!isSame || asText(given) !== asText(other));
        expect(readListCursor(writeListCursor(at, given), other)).toHaveProperty("problem");
      }),
    );
  });

  it("that was not given out is refused, whatever it is", () => {
    const real = writeListCursor("1-0", {});
    const madeUp = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.constantFrom(`${real}A`, real.slice(0, -1), `${real}=`, ` ${real}`, ""),
      fc.string().map((inside) => Buffer.from(`1.${inside}.x`).toString("base64url")),
    );
    fc.assert(
      fc.property(madeUp, (cursor) => {
        expect(readListCursor(cursor, {})).toHaveProperty("problem");
      }),
    );
  });
});
