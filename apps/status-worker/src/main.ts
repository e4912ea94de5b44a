import { DEFAULT_LANE } from "@apidot-queue/core";
import { openJournal } from "@apidot-queue/journal";
import {
  collectFromJournal,
  createLogger,
  loadConfigOrExit,
  runApp,
  secretsOf,
  startWorkerProcess,
} from "@apidot-queue/runtime";
import { createUpstream } from "@apidot-queue/upstream";

import { statusRules } from "./status-rules.ts";
import { startStatusWorker, STATUS_TIMEOUT_MS } from "./status-worker.ts";

const name = "status-worker";
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
        return startStatusWorker({
          context,
          lane: {
            journal,
            upstream: createUpstream({
              baseUrl: config.baseUrl,
              apiKey: config.apiKey,
              statusTimeoutMs: Math.min(config.requestTimeoutMs, STATUS_TIMEOUT_MS),
              maxStatusConnections: config.statusConcurrency,
              onRequest: ({ call, code }) => context.metrics.upstreamRequests.inc({ call, code }),
            }),
            ...statusRules(config),
          },
          concurrency: config.statusConcurrency,
        });
      },
    }),
});
