import { describe, expect, test } from "vitest";

import { CATALOG, createCatalog, VEO_3_1_FAST } from "../catalog/index.ts";
import { estimateCredits } from "./index.ts";

/** The contract's table, written out a second time so that a slip in the data shows. */
const CONTRACT = [
  ["veo3.1-lite", "720p", 20],
  ["veo3.1-lite", "1080p", 20],
  ["veo3.1-lite", "4k", 30],
  ["veo3.1-lite", undefined, 20],
  ["veo3.1-fast", "720p", 36],
  ["veo3.1-fast", "1080p", 36],
  ["veo3.1-fast", "4k", 60],
  ["veo3.1-fast", undefined, 36],
  ["veo3.1-quality", "720p", 200],
  ["veo3.1-quality", "1080p", 200],
  ["veo3.1-quality", "4k", 400],
  ["veo3.1-quality", undefined, 200],
] as const;

describe("an estimate", () => {
  test.each(CONTRACT)("%s at %s is %i credits, with the catalog's date", (model, at, credits) => {
    const input = at === undefined ? { prompt: "a" } : { prompt: "a", resolution: at };
    expect(estimateCredits({ model, input })).toEqual({ credits, catalogDate: "2026-06-14" });
  });

  test("covers every price of the catalog", () => {
    const priced = [...CATALOG.values()].flatMap(({ id, price }) =>
      Object.keys(price.credits).map((value) => `${id} ${value}`),
    );
    const tabled = CONTRACT.filter(([, at]) => at !== undefined).map(([id, at]) => `${id} ${at}`);
    expect(tabled.toSorted()).toEqual(priced.toSorted());
  });

  test("follows the catalog that is given", () => {
    const price = { ...VEO_3_1_FAST.price, credits: { "720p": 1 } };
    const catalog = createCatalog([{ ...VEO_3_1_FAST, price, priceSnapshotDate: "2027-01-02" }]);
    const estimate = estimateCredits({ model: "veo3.1-fast", input: { prompt: "a" } }, catalog);
    expect(estimate).toEqual({ credits: 1, catalogDate: "2027-01-02" });
  });

  test.each([
    ["the model is unknown", "someone-elses-model", {}],
    ["the model's id is a property of every object", "constructor", {}],
    ["the resolution has no price", "veo3.1-fast", { resolution: "8k" }],
    ["the resolution is a property of every object", "veo3.1-fast", { resolution: "toString" }],
    ["the resolution is not a string", "veo3.1-fast", { resolution: 720 }],
  ])("is null when %s", (_, model, input) => {
    expect(estimateCredits({ model, input })).toBeNull();
  });
});
