import { SetUpError } from "./set-up-error.mjs";

/** The oldest Node, as `[major, minor]`; package.json says the same under `engines`. */
export const NODE_MINIMUM_VERSION = [20, 19];

/**
 * @param {string} version - as in `process.versions.node`
 * @throws {SetUpError} when it is older than {@link NODE_MINIMUM_VERSION}
 */
export function checkNodeVersion(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = NODE_MINIMUM_VERSION;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new SetUpError(
    `This needs Node ${leastMajor}.${leastMinor} or newer, and runs on ${version}. Get one from https://nodejs.org/`,
  );
}
