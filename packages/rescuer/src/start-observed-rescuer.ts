import { beginAtZero, type WorkerContext } from "@apidot-queue/runtime";

import type { RescuedLane, RescuePolicy } from "./lane.ts";
import { DEFAULT_RESCUER, type Rescuer, type RescuerSettings, startRescuer } from "./rescuer.ts";
import { watchEviction } from "./watch-eviction.ts";

/** A rescuer that has not finished a round for so long makes its process stale. Milliseconds. */
const MAX_ROUND_AGE_MS = 60_000;

/** Starts the rescuer of a worker process, with its metrics, logs and heartbeat. */
export function startObservedRescuer(
  context: WorkerContext,
  lanes: readonly RescuedLane[],
  policy: RescuePolicy,
  settings: RescuerSettings = DEFAULT_RESCUER,
): Rescuer {
  const { logger, metrics, health } = context;
  beginAtZero(metrics, ["rescued"]);
  const progress = health.progress("rescuer", MAX_ROUND_AGE_MS);
  const rescuer = startRescuer({
    lanes,
    policy,
    settings,
    onRescued: (lane, kind, count) => {
      metrics.rescued.inc({ kind }, count);
      if (kind === "retention") logger.info({ lane, count }, "forgot settled generations");
      else logger.warn({ lane, kind, count }, "rescued generations");
    },
    onOutage: (lane, durationMs) =>
      logger.warn({ lane, durationMs }, "no worker could work: deadlines and graces were moved"),
    onError: (lane, error) => logger.error({ lane, error }, "rescue round failed"),
    onProgress: () => progress.mark(),
  });
  // All lanes of a process share its connection.
  const watches = lanes.slice(0, 1).map(({ journal }) => watchEviction({ journal, logger }));
  return {
    stop: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
      await rescuer.stop();
      progress.stop();
    },
  };
}
