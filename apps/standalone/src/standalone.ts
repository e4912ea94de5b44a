import { loadCallbackKeys } from "@apidot-queue/callback";
import { openJournal } from "@apidot-queue/journal";
import { startGateway } from "@apidot-queue/gateway";
import {
  collectFromJournal,
  type Config,
  connectRedis,
  createRedisWatch,
  createStopSteps,
  createProcessContext,
  createWorkerContext,
  type Logger,
  requireRedis,
  type RunningApp,
  waitForRedis,
} from "@apidot-queue/runtime";
import { loadNotifySecrets } from "@apidot-queue/notify";
import { startNotifyWorker } from "@apidot-queue/notify-worker";
import {
  startStatusWorker,
  statusRules,
  type StatusTiming,
  STATUS_TIMEOUT_MS,
} from "@apidot-queue/status-worker";
import {
  callbackUrls,
  startSubmitWorker,
  submitDrainLimitMs,
  submitRules,
} from "@apidot-queue/submit-worker";
import { createUpstream } from "@apidot-queue/upstream";

/** Where submits go: one key of one upstream. */
export interface StandaloneUpstream {
  readonly lane: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What stands for the base URL, where it changes from start to start. @defaultValue the base URL */
  readonly knownAs?: string;
}

/** How the standalone is set up. */
export interface StandaloneOptions {
  readonly config: Config<"standalone">;
  readonly upstream: StandaloneUpstream;
  readonly logger: Logger;
  readonly statusTiming?: Partial<StatusTiming>;
}

/** A running standalone. */
export interface Standalone extends RunningApp {
  /** Of the gateway. */
  readonly url: string;
}

/**
 * Starts gateway and workers in this process, on one lane. They share nothing
 * but what separate processes would share, and their metrics and health.
 *
 * @throws {ConfigurationError} when Redis or the port cannot be used
 */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { config, logger, upstream } = options;
  const watch = createRedisWatch({ logger });
  const redis = connectRedis(config.redis, "worker", { watch, connectionName: "standalone" });
  const { durability } = config;
  const { disk } = await requireRedis(redis, { target: config.redis, logger, durability });
  // The gateway's callers wait, so its connection fails fast where the workers' goes on.
  const gatewayRedis = connectRedis(config.redis, "producer", {
    watch,
    connectionName: "standalone-gateway",
  });
  // It keeps nothing back until it is connected: the first caller would get a 503.
  await waitForRedis(gatewayRedis, { target: config.redis });

  const shared = createProcessContext(redis, logger);
  const context = createWorkerContext(shared, disk);
  const { registry, metrics, health } = context;
  const journal = openJournal(redis, upstream.lane);
  collectFromJournal(registry, () => journal.figures());

  const newUpstream = (): ReturnType<typeof createUpstream> =>
    createUpstream({
      baseUrl: upstream.baseUrl,
      apiKey: upstream.apiKey,
      ...(upstream.knownAs === undefined ? {} : { knownAs: upstream.knownAs }),
      requestTimeoutMs: config.requestTimeoutMs,
      statusTimeoutMs: Math.min(config.requestTimeoutMs, STATUS_TIMEOUT_MS),
      maxStatusConnections: config.statusConcurrency,
      onRequest: ({ call, code }) => metrics.upstreamRequests.inc({ call, code }),
    });
  const callbackUrl = await callbackUrls(config, redis, logger);
  const submitWorker = startSubmitWorker({
    context,
    lane: { journal, upstream: newUpstream(), rules: submitRules(config), callbackUrl },
    concurrency: config.submitConcurrency,
  });
  const statusWorker = startStatusWorker({
    context,
    lane: { journal, upstream: newUpstream(), ...statusRules(config) },
    concurrency: config.statusConcurrency,
    ...(options.statusTiming === undefined ? {} : { timing: options.statusTiming }),
  });
  const notifyWorker = startNotifyWorker({
    context,
    journal,
    secrets: await loadNotifySecrets(redis, config.notifySecrets),
    allowNetworks: config.notifyAllowNetworks,
  });
  const gateway = await startGateway({
    redis: gatewayRedis,
    logger,
    registry,
    health,
    host: config.host,
    port: config.port,
    allowUnknownModels: config.allowUnknownModels,
    catalog: config.catalog,
    generationDeadlineMs: config.generationDeadlineMs,
    defaultLane: upstream.lane,
    surfaces: config.surfaces,
    gatewayTokens: config.gatewayTokens,
    disk,
    callbackKeys: await loadCallbackKeys(redis, config.callbackSecrets),
  });
  health.markStarted();

  const steps = createStopSteps(logger);
  steps.onStop("gateway", 15_000, () => {
    health.markDraining();
    return gateway.stop();
  });
  steps.onStop("workers", submitDrainLimitMs(config.requestTimeoutMs) + 10_000, async () => {
    await Promise.all([submitWorker.stop(), statusWorker.stop(), notifyWorker.stop()]);
  });
  steps.onStop("redis", 1_000, () => {
    shared.stopWatching();
    disk.close();
    gatewayRedis.disconnect();
    redis.disconnect();
  });
  return { url: gateway.url, stop: () => steps.stop() };
}
