import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "./chance.ts";

describe("Chance", () => {
  it("draws the same number for the same seed and purpose, whatever was drawn before", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(99), fc.nat(), fc.nat(99), (seed, stream, index, part) => {
        const busy = new Chance(seed);
        for (let other = 0; other < 10; other += 1) busy.draw(stream + 1, other);
        expect(busy.draw(stream, index, part)).toBe(new Chance(seed).draw(stream, index, part));
      }),
    );
  });

  it("spreads its draws evenly over [0, 1)", () => {
    const chance = new Chance(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 10_000; index += 1) {
      const bucket = Math.floor(chance.draw(1, index) * 10);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it("draws differently for another seed, stream, index or part", () => {
    const all = [
      new Chance(1).draw(1, 1, 1),
      new Chance(2).draw(1, 1, 1),
      new Chance(2 ** 40 + 1).draw(1, 1, 1),
      new Chance(1).draw(2, 1, 1),
      new Chance(1).draw(1, 2, 1),
      new Chance(1).draw(1, 1, 2),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("draws normal deviations around zero and cuts them at three", () => {
    const chance = new Chance(7);
    const draws = Array.from({ length: 5_000 }, (_, index) => chance.drawNormal(1, index));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.abs(variance - 1)).toBeLessThan(0.08);
    expect(Math.max(...draws.map(Math.abs))).toBeLessThanOrEqual(3);
  });
});
