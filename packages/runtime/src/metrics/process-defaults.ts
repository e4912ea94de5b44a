import { collectDefaultMetrics } from "prom-client";
import type { Registry } from "prom-client";

let isCollecting = false;

/**
 * Adds the metrics of the process and its event loop to `registry`, once per process: they observe
 * the whole process, so a second registry would only observe it twice.
 *
 * @returns whether this call did it; false when they are on a registry already
 */
export function collectProcessMetrics(registry: Registry): boolean {
  if (isCollecting) return false;
  isCollecting = true;
  collectDefaultMetrics({ register: registry });
  return true;
}
