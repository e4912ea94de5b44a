import type { CatalogEntry } from "./catalog-entry.ts";

/** What both variants have in common [doc]; that they ended is on their maker's model page [seen]. */
const SORA_2 = {
  family: "sora-2",
  provider: "OpenAI",
  status: "retired",
  reason: "OpenAI shut the Sora 2 models on 2026-09-24, without a successor",
  modes: { text: { images: { min: 0, max: 0 } }, image: { images: { min: 1, max: 1 } } },
  durationsSeconds: [4, 8, 12, 16, 20],
  priceSnapshotDate: "2026-06-14",
} as const;

/** Sora 2 Official [doc]. */
export const SORA_2_OFFICIAL = {
  ...SORA_2,
  id: "sora-2-official",
  title: "Sora 2 Official",
  aspectRatios: ["16:9", "9:16"],
  resolutions: [],
  price: {
    per: "second",
    by: "resolution",
    default: "any",
    rates: [{ credits: { any: 12 } }],
    defaultSeconds: 4,
  },
} as const satisfies CatalogEntry;

/** Sora 2 Pro Official: with resolutions, and a shape that follows the image [doc]. */
export const SORA_2_PRO_OFFICIAL = {
  ...SORA_2,
  id: "sora-2-pro-official",
  title: "Sora 2 Pro Official",
  aspectRatios: ["16:9", "9:16", "auto"],
  resolutions: ["720p", "1024p", "1080p"],
  price: {
    per: "second",
    by: "resolution",
    default: "1024p",
    rates: [{ credits: { "720p": 48, "1024p": 80, "1080p": 112 } }],
    defaultSeconds: 4,
  },
} as const satisfies CatalogEntry;
