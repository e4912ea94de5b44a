import type { CatalogEntry } from "./catalog-entry.ts";
import { HAPPY_HORSE } from "./happy-horse.ts";
import { SEEDANCE_2_FAST, SEEDANCE_2_STANDARD } from "./seedance-2.ts";
import { SORA_2_OFFICIAL, SORA_2_PRO_OFFICIAL } from "./sora-2.ts";
import { VEO_3_1_FAST, VEO_3_1_LITE, VEO_3_1_QUALITY } from "./veo-3-1.ts";

/** Every model that ships, in the order in which they are shown. */
const ENTRIES = [
  VEO_3_1_LITE,
  VEO_3_1_FAST,
  VEO_3_1_QUALITY,
  SEEDANCE_2_STANDARD,
  SEEDANCE_2_FAST,
  HAPPY_HORSE,
  SORA_2_OFFICIAL,
  SORA_2_PRO_OFFICIAL,
] as const;

/** The id of a model that ships with the catalog. */
export type ModelId = (typeof ENTRIES)[number]["id"];

/** Models by id. Validation and estimates take one, so that a laid-over catalog reaches them all. */
export type Catalog = ReadonlyMap<string, CatalogEntry>;

/**
 * Makes a catalog of `entries`, in their order; of two with one id the later one counts, in the
 * place of the earlier.
 */
export function createCatalog(entries: Iterable<CatalogEntry>): Catalog {
  return new Map(Array.from(entries, (entry) => [entry.id, entry]));
}

/** The catalog that ships. */
export const CATALOG: Catalog = createCatalog(ENTRIES);

/**
 * @param catalog - where to look
 * @defaultValue catalog {@link CATALOG}
 * @returns the model's entry, or null when the catalog does not know the id.
 */
export function findModel(id: string, catalog: Catalog = CATALOG): CatalogEntry | null {
  return catalog.get(id) ?? null;
}
