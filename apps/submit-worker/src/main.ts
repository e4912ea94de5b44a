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

import { callbackUrls } from "./callback-url.ts";
import { startSubmitWorker, submitDrainLimitMs } from "./submit-worker.ts";
import { submitRules } from "./submit-rules.ts";

const name = "submit-worker";
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
      drainLimitMs: submitDrainLimitMs(config.requestTimeoutMs) + 10_000,
      work: async (context) => {
        const journal = openJournal(context.redis, DEFAULT_LANE);
        collectFromJournal(context.registry, () => journal.figures());
        return startSubmitWorker({
          context,
          lane: {
            journal,
            upstream: createUpstream({
              baseUrl: config.baseUrl,
              apiKey: config.apiKey,
              requestTimeoutMs: config.requestTimeoutMs,
              onRequest: ({ call, code }) => context.metrics.upstreamRequests.inc({ call, code }),
            }),
            rules: submitRules(config),
            callbackUrl: await callbackUrls(config, context.redis, logger),
          },
          concurrency: config.submitConcurrency,
        });
      },
    }),
});
