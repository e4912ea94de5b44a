import { describe, expect, it } from "vitest";

import { type Aim, judge, type Pair } from "./aims.ts";
import { resultTable } from "./table.ts";

const RATE: Aim = {
  title: "rate",
  workload: "whole-path",
  figure: "perSecond",
  digits: 0,
  on: "ratio",
  atLeast: 0.85,
};
const BYTES: Aim = {
  title: "bytes",
  workload: "in-flight",
  figure: "bytes",
  digits: 1,
  on: "figure",
  atMost: 700,
};

function pairs(...rates: readonly [product: number, reference: number][]): Pair[] {
  return rates.map(([product, reference]) => ({
    product: { perSecond: product, bytes: product },
    reference: { perSecond: reference, bytes: reference },
  }));
}

describe("judge", () => {
  it("takes the median of the ratios of the pairs, so that a slow minute spoils one pair", () => {
    const result = judge(RATE, pairs([90, 100], [45, 50], [10, 100]));
    expect(result).toEqual({ product: 45, reference: 100, ratio: 0.9, isMet: true });
  });

  it("misses below the bound and meets it exactly", () => {
    expect(judge(RATE, pairs([84, 100])).isMet).toBe(false);
    expect(judge(RATE, pairs([85, 100])).isMet).toBe(true);
  });

  it("judges a figure by itself where the aim says so", () => {
    expect(judge(BYTES, pairs([700, 1]))).toMatchObject({ isMet: true });
    expect(judge(BYTES, pairs([701, 10_000]))).toMatchObject({ isMet: false });
  });

  it("says nothing about a figure without a bound", () => {
    const { atLeast: _, ...shown } = RATE;
    expect(judge(shown, pairs([1, 100])).isMet).toBeNull();
  });

  it("meets nothing with a figure that was not measured", () => {
    expect(judge({ ...RATE, figure: "nothing" }, pairs([1, 1])).isMet).toBe(false);
    expect(judge(RATE, []).isMet).toBe(false);
  });
});

describe("the table", () => {
  it("has product, reference, ratio, aim and verdict", () => {
    const table = resultTable([
      { aim: RATE, result: judge(RATE, pairs([80, 100])) },
      { aim: BYTES, result: judge(BYTES, pairs([650, 2_000])) },
    ]);
    expect(table.split("\n")).toEqual([
      "|       | product | reference | ratio |      aim |            |",
      "| ----- | ------: | --------: | ----: | -------: | ---------: |",
      "| rate  |      80 |       100 |  0.80 | ≥ 0.85 × | **missed** |",
      "| bytes |   650.0 |    2000.0 |  0.33 |    ≤ 700 |        met |",
    ]);
  });
});
