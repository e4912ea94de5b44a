import { describe, expect, test } from "vitest";

import { CATALOG, createCatalog, findModel, VEO_3_1_FAST, VEO_3_1_LITE } from "./index.ts";

describe("the catalog", () => {
  test("has the three Veo 3.1 models, each under its own id", () => {
    expect([...CATALOG.keys()]).toEqual(["veo3.1-lite", "veo3.1-fast", "veo3.1-quality"]);
    for (const [id, entry] of CATALOG) expect(entry.id).toBe(id);
  });

  test("has a price for every resolution on offer, and for the default one", () => {
    for (const { price, resolutions } of CATALOG.values()) {
      expect(Object.keys(price.credits).toSorted()).toEqual([...resolutions].toSorted());
      expect(price.credits).toHaveProperty([price.default]);
    }
  });

  test("dates every price", () => {
    for (const { priceSnapshotDate } of CATALOG.values())
      expect(new Date(`${priceSnapshotDate}T00:00:00Z`).toISOString()).toContain(priceSnapshotDate);
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
