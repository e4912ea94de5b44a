export { CATALOG, createCatalog, findModel } from "./catalog.ts";
export type { Catalog, ModelId } from "./catalog.ts";
export { MODES } from "./catalog-entry.ts";
export type {
  CatalogEntry,
  Mode,
  ModelStatus,
  ModeRule,
  PricePerJob,
  PriceRule,
} from "./catalog-entry.ts";
export { VEO_3_1_FAST, VEO_3_1_LITE, VEO_3_1_QUALITY } from "./veo-3-1.ts";
