import type { CatalogEntry } from "./catalog-entry.ts";

/** What both variants have in common [doc]. */
const SEEDANCE_2 = {
  family: "seedance-2",
  provider: "ByteDance",
  status: "active",
  modes: {
    text: { images: { min: 0, max: 0 } },
    // The first frame, and the last one if there are two.
    frame: { images: { min: 1, max: 2 } },
    // Images, videos or sounds: how many is not documented [?].
    reference: { images: { min: 0, max: 9 } },
  },
  durationsSeconds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  aspectRatios: ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"],
  priceSnapshotDate: "2026-06-14",
} as const;

/** Seedance 2 [doc]. */
export const SEEDANCE_2_STANDARD = {
  ...SEEDANCE_2,
  id: "seedance-2",
  title: "Seedance 2",
  resolutions: ["480p", "720p", "1080p"],
  price: {
    per: "second",
    by: "resolution",
    default: "720p",
    rates: [
      { with: "reference_video_urls", credits: { "480p": 10, "720p": 20, "1080p": 45 } },
      { credits: { "480p": 20, "720p": 40, "1080p": 90 } },
    ],
    defaultSeconds: null,
  },
} as const satisfies CatalogEntry;

/** Seedance 2 Fast: without 1080p [doc]. */
export const SEEDANCE_2_FAST = {
  ...SEEDANCE_2,
  id: "seedance-2-fast",
  title: "Seedance 2 Fast",
  resolutions: ["480p", "720p"],
  price: {
    per: "second",
    by: "resolution",
    default: "720p",
    rates: [
      { with: "reference_video_urls", credits: { "480p": 8, "720p": 16 } },
      { credits: { "480p": 14, "720p": 28 } },
    ],
    defaultSeconds: null,
  },
} as const satisfies CatalogEntry;
