import type { CatalogEntry } from "./catalog-entry.ts";

/** Happy Horse: the mode follows from the fields that are there [doc]. */
export const HAPPY_HORSE = {
  id: "happy-horse",
  family: "happy-horse",
  title: "Happy Horse",
  provider: "Happy Horse",
  status: "active",
  modes: {
    text: { images: { min: 0, max: 0 } },
    image: { images: { min: 1, max: 1 } },
    reference: { images: { min: 1, max: 9 } },
    "video-edit": { images: { min: 0, max: 5 } },
  },
  durationsSeconds: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4"],
  resolutions: ["720p", "1080p"],
  price: {
    per: "second",
    by: "resolution",
    // Neither default is documented [?].
    default: "720p",
    rates: [
      // By the length of the source, 3 to 60 s, of which at most 15 are billed.
      { with: "video_url", credits: { "720p": 32, "1080p": 64 }, billedSeconds: 15 },
      { credits: { "720p": 16, "1080p": 32 } },
    ],
    defaultSeconds: 5,
  },
  priceSnapshotDate: "2026-06-14",
} as const satisfies CatalogEntry;
