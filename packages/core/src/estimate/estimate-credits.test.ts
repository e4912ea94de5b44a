import { describe, expect, test } from "vitest";

import { CATALOG, createCatalog, SEEDANCE_2_FAST, VEO_3_1_FAST } from "../catalog/index.ts";
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
      price.per === "job" ? Object.keys(price.credits).map((value) => `${id} ${value}`) : [],
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

/** Credits per second by the contract, written out a second time. */
const PER_SECOND = [
  ["seedance-2", { resolution: "480p" }, 20],
  ["seedance-2", { resolution: "720p" }, 40],
  ["seedance-2", { resolution: "1080p" }, 90],
  ["seedance-2", { resolution: "480p", reference_video_urls: ["u"] }, 10],
  ["seedance-2", { resolution: "720p", reference_video_urls: ["u"] }, 20],
  ["seedance-2", { resolution: "1080p", reference_video_urls: ["u"] }, 45],
  ["seedance-2", { resolution: "720p", reference_image_urls: ["u"] }, 40],
  ["seedance-2-fast", { resolution: "480p" }, 14],
  ["seedance-2-fast", { resolution: "720p" }, 28],
  ["seedance-2-fast", { resolution: "480p", reference_video_urls: ["u"] }, 8],
  ["seedance-2-fast", { resolution: "720p", reference_video_urls: ["u"] }, 16],
  ["sora-2-official", {}, 12],
  ["sora-2-pro-official", { resolution: "720p" }, 48],
  ["sora-2-pro-official", {}, 80],
  ["sora-2-pro-official", { resolution: "1080p" }, 112],
  ["happy-horse", {}, 16],
  ["happy-horse", { resolution: "1080p", image_urls: ["u"] }, 32],
] as const;

describe("an estimate by the second", () => {
  test.each(PER_SECOND)("%s with %o is %i credits a second", (model, input, perSecond) => {
    for (const duration of [4, 12]) {
      const estimate = estimateCredits({ model, input: { ...input, duration } });
      expect(estimate?.credits).toBe(perSecond * duration);
    }
  });

  test.each([
    ["sora-2-official", {}, 48],
    ["sora-2-pro-official", {}, 320],
    ["happy-horse", {}, 80],
    // The source is as long as it is: at most 15 s of it are billed.
    ["happy-horse", { video_url: "u" }, 480],
    ["happy-horse", { video_url: "u", resolution: "1080p" }, 960],
  ])("%s without a length, with %o, is %i credits", (model, input, credits) => {
    expect(estimateCredits({ model, input })?.credits).toBe(credits);
  });

  test.each([
    ["seedance-2", { resolution: "720p" }],
    ["seedance-2", { resolution: "8k", duration: 4 }],
    ["happy-horse", { duration: "long" }],
  ])("%s with %o has none", (model, input) => {
    expect(estimateCredits({ model, input })).toBeNull();
  });

  test("has none where no rate counts", () => {
    const price = { ...SEEDANCE_2_FAST.price, rates: [] };
    const catalog = createCatalog([{ ...SEEDANCE_2_FAST, price }]);
    const input = { resolution: "720p", duration: 5 };
    expect(estimateCredits({ model: "seedance-2-fast", input }, catalog)).toBeNull();
  });
});
