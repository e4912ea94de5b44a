import { describe, expect, test } from "vitest";

import { estimateCredits } from "../estimate/index.ts";
import { validateRequest } from "../payload/index.ts";
import { CATALOG } from "../catalog/index.ts";
import { overlayCatalog } from "./index.ts";

const laid = (value: unknown) => {
  const overlaid = overlayCatalog(value);
  if (!overlaid.ok) throw new Error(JSON.stringify(overlaid.errors));
  return overlaid.catalog;
};

describe("an overlay", () => {
  test("changes what it names, and nothing else", () => {
    const catalog = laid({ "sora-2-official": { status: "active" } });
    expect([...catalog.keys()]).toEqual([...CATALOG.keys()]);
    const revived = catalog.get("sora-2-official");
    expect(revived).not.toHaveProperty("reason");
    expect(revived).toMatchObject({ status: "active", family: "sora-2" });
    for (const [id, entry] of CATALOG)
      if (id !== "sora-2-official") expect(catalog.get(id)).toEqual(entry);
    expect(laid({})).toEqual(CATALOG);
  });

  test("brings a retired model back", () => {
    const request = { model: "sora-2-official", input: { prompt: "a" } };
    expect(validateRequest(request).ok).toBe(false);
    const catalog = laid({ "sora-2-official": { status: "active" } });
    expect(validateRequest(request, { catalog }).ok).toBe(true);
  });

  test("pauses a model, with the reason and what to take instead", () => {
    const catalog = laid({
      "veo3.1-quality": { status: "paused", reason: "over budget", successor: "veo3.1-fast" },
      "sora-2-official": { reason: "gone" },
    });
    const request = { model: "veo3.1-quality", input: { prompt: "a" } };
    const result = validateRequest(request, { catalog });
    expect(result.ok ? [] : result.errors).toMatchObject([
      { code: "model_paused", message: expect.stringMatching(/over budget; use veo3.1-fast/) },
    ]);
    expect(catalog.get("sora-2-official")).toMatchObject({ status: "retired", reason: "gone" });
    expect(laid({ "veo3.1-lite": { status: "paused" } }).get("veo3.1-lite")).not.toHaveProperty(
      "successor",
    );
  });

  test("sets prices with their date", () => {
    const catalog = laid({
      "veo3.1-fast": {
        price: { credits: { "720p": 40, "1080p": 41, "4k": 70 } },
        catalog_date: "2026-11-01",
      },
      "seedance-2-fast": {
        price: {
          rates: [
            { with: "reference_video_urls", credits: { "480p": 9, "720p": 18 } },
            { credits: { "480p": 15, "720p": 30 } },
          ],
        },
        catalog_date: "2026-11-02",
      },
    });
    const veo = { model: "veo3.1-fast", input: { resolution: "1080p" } };
    const seedance = { model: "seedance-2-fast", input: { resolution: "720p", duration: 4 } };
    expect([estimateCredits(veo, catalog), estimateCredits(seedance, catalog)]).toEqual([
      { credits: 41, catalogDate: "2026-11-01" },
      { credits: 120, catalogDate: "2026-11-02" },
    ]);
  });
});

const CREDITS = { "720p": 1, "1080p": 1, "4k": 1 };
const DATE = { catalog_date: "2026-11-01" };

describe("an overlay is refused, every mistake named,", () => {
  test.each([
    ["that is a list", [], [" invalid_type"]],
    ["of a model that nobody knows", { veo9: {} }, ["/veo9 unknown_model"]],
    ["that is no object", { "veo3.1-lite": "retired" }, ["/veo3.1-lite invalid_type"]],
    [
      "with words that it does not know",
      { "veo3.1-lite": { status: "gone", state: 1 } },
      ["/veo3.1-lite/state unknown_field", "/veo3.1-lite/status invalid_value"],
    ],
    [
      "with a successor that nobody knows",
      { "veo3.1-lite": { successor: "veo9" } },
      ["/veo3.1-lite/successor invalid_value"],
    ],
    [
      "with a price without a date",
      { "veo3.1-lite": { price: { credits: CREDITS } } },
      ["/veo3.1-lite/catalog_date invalid_value"],
    ],
    [
      "with a date without a price",
      { "veo3.1-lite": DATE },
      ["/veo3.1-lite/catalog_date invalid_value"],
    ],
    [
      "with a price that lacks a resolution",
      { "veo3.1-lite": { ...DATE, price: { credits: { "720p": 1 } } } },
      ["/veo3.1-lite/price invalid_value"],
    ],
    [
      "with a price of another form",
      {
        "veo3.1-lite": { ...DATE, price: { rates: [{ credits: CREDITS }] } },
        "happy-horse": { ...DATE, price: { credits: CREDITS } },
      },
      ["/happy-horse/price invalid_value", "/veo3.1-lite/price invalid_value"],
    ],
    [
      "with rates that are not its own",
      {
        "happy-horse": { ...DATE, price: { rates: [{ credits: { "720p": 1, "1080p": 2 } }] } },
        "sora-2-official": { ...DATE, price: { rates: [{ credits: { "720p": 1 } }] } },
      },
      ["/happy-horse/price invalid_value", "/sora-2-official/price invalid_value"],
    ],
  ])("one %s", (_, value, expected) => {
    const overlaid = overlayCatalog(value);
    const errors = overlaid.ok ? [] : overlaid.errors;
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted()).toEqual(expected);
  });
});
