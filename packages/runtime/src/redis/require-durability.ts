import {
  type DiskWait,
  diskWaitFor,
  type DurabilityMode,
  type RedisConnection,
  STRICT_NEEDS,
} from "@apidot-queue/redis";

import { ConfigurationError } from "../config/configuration-error.ts";

/**
 * The wait for the disk that `DURABILITY` asks for.
 *
 * @throws {ConfigurationError} for `strict`, when the server can neither sync always nor be waited for
 */
export async function requireDurability(
  redis: RedisConnection,
  mode: DurabilityMode,
): Promise<DiskWait> {
  const disk = await diskWaitFor(redis, mode);
  if (disk !== null) return disk;
  throw new ConfigurationError([{ name: "DURABILITY", problem: STRICT_NEEDS }]);
}
