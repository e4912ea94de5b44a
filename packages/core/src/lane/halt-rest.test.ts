import { expect, it } from "vitest";

import { haltRestOf } from "./halt-rest.ts";

it("rests until the next probe, at most 5 s, so that a resume is noticed", () => {
  expect([haltRestOf(null), haltRestOf(1_234), haltRestOf(60_000), haltRestOf(1)]).toEqual([
    5_000, 1_234, 5_000, 100,
  ]);
});
