import { type Finding, findingsOf } from "./finding.ts";

/** The oldest Node that is supported, `[major, minor]`; `engines` of the manifest says the same. */
export const LEAST_NODE = [20, 19] as const;

/** @param version - as in `process.versions.node` */
export function checkNode(version: string): Finding {
  const { ok, fail } = findingsOf("node");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const isOldEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (isOldEnough) return ok(version);
  return fail(`${version} is too old`, `install Node ${leastMajor}.${leastMinor} or newer`);
}
