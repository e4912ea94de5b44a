export { laneOf, newGenerationId, parseGenerationId, ulidOf } from "./generation-id.ts";
export type { GenerationIdParts } from "./generation-id.ts";
export { DEFAULT_LANE, isLaneName, LANE_NAME } from "./lane.ts";
export { DEFAULT_TENANT, isTenantName, TENANT_NAME } from "./tenant.ts";
