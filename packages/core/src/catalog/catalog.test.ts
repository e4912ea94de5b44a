import { describe, expect, test } from "vitest";

import { CATALOG, createCatalog, findModel, VEO_3_1_FAST, VEO_3_1_LITE } from "./index.ts";

describe("the catalog", () => {
  test("has every model of the contract, each under its own id", () => {
    expect([...CATALOG.keys()]).toEqual([
      "veo3.1-lite",
      "veo3.1-fast",
      "veo3.1-quality",
      "seedance-2",
      "seedance-2-fast",
      "happy-horse",
      "sora-2-official",
      "sora-2-pro-official",
    ]);
    for (const [id, entry] of CATALOG) expect(entry.id).toBe(id);
  });

  test("has a price for every resolution on offer, and for the default one", () => {
    for (const { price, resolutions } of CATALOG.values()) {
      const offered = resolutions.length === 0 ? ["any"] : resolutions;
      for (const { credits } of price.per === "job" ? [price] : price.rates) {
        expect(Object.keys(credits).toSorted()).toEqual([...offered].toSorted());
        expect(credits).toHaveProperty([price.default]);
      }
    }
  });

  test("dates every price", () => {
    for (const { priceSnapshotDate } of CATALOG.values())
      expect(new Date(`${priceSnapshotDate}T00:00:00Z`).toISOString()).toContain(priceSnapshotDate);
  });

  test("has Sora 2 as retired, with the reason and without a successor", () => {
    const retired = [...CATALOG.values()].filter(({ status }) => status !== "active");
    expect(retired.map(({ id }) => id)).toEqual(["sora-2-official", "sora-2-pro-official"]);
    for (const { reason, successor } of retired) {
      expect([reason, successor]).toEqual([expect.stringContaining("2026-09-24"), undefined]);
    }
  });

  test("ends every list of rates with one that counts for all others", () => {
    for (const { price } of CATALOG.values()) {
      if (price.per === "job") continue;
      expect(price.rates.map((rate) => rate.with).indexOf(undefined)).toBe(price.rates.length - 1);
    }
  });

  test("gives a successor only to models that are no longer active", () => {
    for (const entry of CATALOG.values())
      if (entry.status === "active") expect(entry).not.toHaveProperty("successor");
  });
});

describe("looking a model up", () => {
  test.each(["veo3.1", "VEO3.1-FAST", "", "__proto__", "constructor", "toString"])(
    "%j is not a model",
    (id) => expect(findModel(id)).toBeNull(),
  );

  test("looks in the catalog that is given", () => {
    const catalog = createCatalog([VEO_3_1_FAST, { ...VEO_3_1_FAST, status: "paused" }]);
    expect(findModel("veo3.1-fast", catalog)?.status).toBe("paused");
    expect(findModel(VEO_3_1_LITE.id, catalog)).toBeNull();
  });
});
