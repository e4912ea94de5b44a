/** What a lane may be called: it stands in ids, keys and metric labels. */
export const LANE_NAME = /^[a-z0-9-]{1,24}$/;

/** The lane of `APIDOT_API_KEY`. */
export const DEFAULT_LANE = "default";

/** @returns whether `name` may name a lane. */
export function isLaneName(name: string): boolean {
  return LANE_NAME.test(name);
}
