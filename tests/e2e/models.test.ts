import { readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  CATALOG,
  createCatalog,
  estimateCredits,
  generationRequestSchema,
  validateRequest,
} from "@apidot-queue/core";
import { type Emulator, startEmulator } from "@apidot-queue/emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ROOT } from "./node-process.ts";

/** As if nothing were retired: what the emulator takes it takes still. */
const REVIVED = createCatalog(
  [...CATALOG.values()].map((entry) => ({ ...entry, status: "active" as const })),
);

type Values = readonly unknown[];
type Input = Readonly<Record<string, unknown>>;

const urls = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `https://media.example/${n}`);
const lists = (...counts: readonly number[]): Values => [undefined, ...counts.map(urls)];

/** What is tried of each field, right and wrong, all with all. Undefined: the field is absent. */
const PRODUCTS: Readonly<Record<string, readonly Readonly<Record<string, Values>>[]>> = {
  "veo-3.1": [
    {
      prompt: ["a"],
      generate_type: [undefined, "frame", "reference", "text"],
      image_urls: lists(0, 1, 2, 3, 4),
      resolution: [undefined, "720p", "1080p", "4k", "480p"],
      aspect_ratio: [undefined, "16:9", "1:1"],
      duration: [undefined, 8, 5],
    },
  ],
  "seedance-2": [
    {
      prompt: ["a", undefined],
      duration: [undefined, 3, 4, 15, 16, 5.5, "5"],
      resolution: [undefined, "480p", "720p", "1080p", "4k"],
      aspect_ratio: [undefined, "21:9", "3:4", "2:3"],
    },
    {
      prompt: ["a"],
      duration: [5],
      resolution: ["720p"],
      generate_audio: [undefined, true, "yes"],
      image_urls: lists(0, 1, 2, 3),
      reference_image_urls: lists(0, 1, 9),
      reference_video_urls: lists(0, 2),
      reference_audio_urls: lists(0, 1),
    },
  ],
  "sora-2": [
    {
      prompt: ["a", undefined, " "],
      duration: [undefined, 4, 8, 12, 16, 20, 5, "8"],
      resolution: [undefined, "720p", "1024p", "1080p", "4k"],
      aspect_ratio: [undefined, "16:9", "9:16", "auto", "1:1"],
      image_urls: lists(0, 1, 2),
    },
  ],
  "happy-horse": [
    {
      prompt: ["a", undefined],
      duration: [undefined, 2, 3, 15, 16],
      aspect_ratio: [undefined, "4:3", "21:9"],
      image_urls: lists(0, 1, 2),
      reference_image_urls: lists(0, 1, 5, 6, 9, 10),
      video_url: [undefined, "https://media.example/source", "source"],
      audio_setting: [undefined, "origin", "loud"],
    },
    {
      prompt: ["a"],
      resolution: [undefined, "720p", "1080p", "4k"],
      duration: [undefined, 4],
      seed: [undefined, 0, -1, 2_147_483_647, 2_147_483_648, 1.5],
      enable_safety_checker: [undefined, false, "no"],
      video_url: [undefined, "https://media.example/source"],
    },
  ],
};

function* product(fields: readonly (readonly [string, Values])[]): Generator<Input> {
  const [first, ...rest] = fields;
  if (first === undefined) {
    yield {};
    return;
  }
  const [name, values] = first;
  for (const others of product(rest)) {
    for (const value of values) yield value === undefined ? others : { ...others, [name]: value };
  }
}

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ speed: 1_000 });
});
afterAll(() => emulator.close());

async function statusOf(request: unknown): Promise<number> {
  const response = await fetch(`${emulator.url}/api/generate/submit`, {
    method: "POST",
    headers: { authorization: "Bearer k", "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  await response.arrayBuffer();
  return response.status;
}

describe("every combination of model, mode, resolution, length and number", () => {
  it.each([...CATALOG.values()].map(({ id, family }) => [id, family]))(
    "is accepted or refused alike by the schema and by the emulator, at one price: %s",
    async (model, family) => {
      const inputs = (PRODUCTS[family] ?? []).flatMap((fields) => [
        ...product(Object.entries(fields)),
      ]);
      const differing: unknown[] = [];
      let acceptedCount = 0;
      const check = async (input: Input): Promise<void> => {
        const request = { model, input };
        const isValid = validateRequest(request, { catalog: REVIVED }).ok;
        const isDocumented = generationRequestSchema.safeParse(request).success;
        if (isDocumented !== isValid) differing.push({ input, isValid, isDocumented });
        const status = await statusOf(request);
        if ((status === 200) !== isValid) differing.push({ input, isValid, status });
        if (isValid) acceptedCount += 1;
      };
      for (let at = 0; at < inputs.length; at += 50) {
        await Promise.all(inputs.slice(at, at + 50).map(check));
      }
      expect(differing.slice(0, 5)).toEqual([]);
      expect(acceptedCount).toBeGreaterThan(5);
      expect(inputs.length - acceptedCount).toBeGreaterThan(acceptedCount);
    },
    120_000,
  );

  it("costs upstream what the estimate says", async () => {
    const requests = [
      { model: "seedance-2", input: { duration: 5, resolution: "1080p" } },
      {
        model: "seedance-2-fast",
        input: { duration: 9, resolution: "480p", reference_video_urls: urls(1) },
      },
      { model: "sora-2-official", input: { duration: 20 } },
      { model: "sora-2-pro-official", input: {} },
      { model: "happy-horse", input: { resolution: "1080p", duration: 7 } },
      { model: "happy-horse", input: { video_url: "https://media.example/source" } },
      { model: "veo3.1-quality", input: { resolution: "4k" } },
    ];
    for (const { model, input } of requests) {
      const request = { model, input: { prompt: "a", ...input } };
      expect(await statusOf(request)).toBe(200);
      const accepted = emulator.ledger().findLast(({ event }) => event === "accepted");
      expect([model, accepted?.credits]).toEqual([model, estimateCredits(request)?.credits]);
    }
  });
});

describe("docs/models.md", () => {
  it("has every model with its status, modes, lengths, shapes, resolutions and prices", async () => {
    const page = await readFile(join(ROOT, "docs/models.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([a-z0-9.-]+)` \| (.*) \|$/gm)];
    const documented = Object.fromEntries(
      rows.map(([, id = "", cells = ""]) => [id, cells.split(" | ")]),
    );
    const expected = [...CATALOG.values()].map((entry) => {
      const { price } = entry;
      const rates = price.per === "job" ? [price] : price.rates;
      const prices = rates.map((rate) => {
        const each = Object.entries(rate.credits).map(([at, credits]) =>
          at === "any" ? String(credits) : `${at} ${credits}`,
        );
        const field = "with" in rate ? ` with \`${rate.with}\`` : "";
        return `${each.join(", ")}${field}`;
      });
      const seconds = entry.durationsSeconds;
      const isRange = seconds.length > 5;
      return [
        entry.id,
        [
          entry.status,
          Object.keys(entry.modes).join(", "),
          isRange ? `${seconds[0]}–${seconds.at(-1)}` : seconds.join(", "),
          entry.aspectRatios.join(", "),
          entry.resolutions.join(", ") || "–",
          `${prices.toReversed().join("; ")} per ${price.per === "job" ? "video" : "second"}`,
          entry.priceSnapshotDate,
        ],
      ];
    });
    expect(documented).toEqual(Object.fromEntries(expected));
  });
});
