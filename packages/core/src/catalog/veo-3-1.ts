import type { CatalogEntry } from "./catalog-entry.ts";

/** What the three variants have in common [doc]. */
const VEO_3_1 = {
  family: "veo-3.1",
  provider: "Google DeepMind",
  status: "active",
  durationsSeconds: [8],
  aspectRatios: ["16:9", "9:16"],
  resolutions: ["720p", "1080p", "4k"],
  priceSnapshotDate: "2026-06-14",
} as const;

const TEXT = { images: { min: 0, max: 0 } } as const;
/** The first frame, and the last one if there are two [doc]. */
const FRAME = { images: { min: 1, max: 2 } } as const;
const REFERENCE = { images: { min: 1, max: 3 } } as const;

/** Veo 3.1 Lite: text only [doc]. */
export const VEO_3_1_LITE = {
  ...VEO_3_1,
  id: "veo3.1-lite",
  title: "Veo 3.1 Lite",
  modes: { text: TEXT },
  price: {
    per: "job",
    by: "resolution",
    default: "720p",
    credits: { "720p": 20, "1080p": 20, "4k": 30 },
  },
} as const satisfies CatalogEntry;

/** Veo 3.1 Fast: the only variant with reference images [doc]. */
export const VEO_3_1_FAST = {
  ...VEO_3_1,
  id: "veo3.1-fast",
  title: "Veo 3.1 Fast",
  modes: { text: TEXT, frame: FRAME, reference: REFERENCE },
  price: {
    per: "job",
    by: "resolution",
    default: "720p",
    credits: { "720p": 36, "1080p": 36, "4k": 60 },
  },
} as const satisfies CatalogEntry;

/** Veo 3.1 Quality: text and frames [doc]. */
export const VEO_3_1_QUALITY = {
  ...VEO_3_1,
  id: "veo3.1-quality",
  title: "Veo 3.1 Quality",
  modes: { text: TEXT, frame: FRAME },
  price: {
    per: "job",
    by: "resolution",
    default: "720p",
    credits: { "720p": 200, "1080p": 200, "4k": 400 },
  },
} as const satisfies CatalogEntry;
