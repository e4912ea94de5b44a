export { CATALOG, createCatalog, findModel } from "./catalog.ts";
export type { Catalog, ModelId } from "./catalog.ts";
export { MODES } from "./catalog-entry.ts";
export type {
  CatalogEntry,
  Mode,
  ModelStatus,
  ModeRule,
  PricePerJob,
  PricePerSecond,
  PriceRule,
  SecondRate,
} from "./catalog-entry.ts";
export { HAPPY_HORSE } from "./happy-horse.ts";
export { SEEDANCE_2_FAST, SEEDANCE_2_STANDARD } from "./seedance-2.ts";
export { SORA_2_OFFICIAL, SORA_2_PRO_OFFICIAL } from "./sora-2.ts";
export { VEO_3_1_FAST, VEO_3_1_LITE, VEO_3_1_QUALITY } from "./veo-3-1.ts";
