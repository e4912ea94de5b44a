export { overlayCatalog } from "./overlay-catalog.ts";
export type { Overlaid } from "./overlay-catalog.ts";
