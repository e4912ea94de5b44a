import { DEFAULT_LANE } from "@apidot-queue/core";
import { openJournal } from "@apidot-queue/journal";
import { loadNotifySecrets } from "@apidot-queue/notify";
import {
  collectFromJournal,
  createLogger,
  loadConfigOrExit,
  runApp,
  secretsOf,
  startWorkerProcess,
} from "@apidot-queue/runtime";

import { startNotifyWorker } from "./notify-worker.ts";

const name = "notify-worker";
const config = loadConfigOrExit(name);
const logger = createLogger({ app: name, level: config.logLevel, secrets: secretsOf(config) });

await runApp({
  name,
  logger,
  start: () =>
    startWorkerProcess({
      name,
      ...config,
      isMetricsPortGiven: config.given.has("METRICS_PORT"),
      logger,
      drainLimitMs: 30_000,
      work: async (context) => {
        const journal = openJournal(context.redis, DEFAULT_LANE);
        collectFromJournal(context.registry, () => journal.figures());
        return startNotifyWorker({
          context,
          journal,
          secrets: await loadNotifySecrets(context.redis, config.notifySecrets),
          allowNetworks: config.notifyAllowNetworks,
        });
      },
    }),
});
