import { callbackAddress, type CallbackKeys } from "@apidot-queue/callback";
import { NO_LIMITS, type PollScheduleSettings } from "@apidot-queue/core";
import { type Emulator, type EmulatorOptions, startEmulator } from "@apidot-queue/emulator";
import { startGateway } from "@apidot-queue/gateway";
import { openJournal, type Journal } from "@apidot-queue/journal";
import { createProducer, type Producer } from "@apidot-queue/producer";
import { DEFAULT_RESCUER } from "@apidot-queue/rescuer";
import {
  connectRedis,
  createHealth,
  createLogger,
  createMetrics,
  createRedisWatch,
  type DiskWait,
  NO_DISK_WAIT,
  parseRedisUrl,
  Registry,
  type RunningApp,
  type WorkerContext,
} from "@apidot-queue/runtime";
import { startStatusWorker } from "@apidot-queue/status-worker";
import { startSubmitWorker, type SubmitRules } from "@apidot-queue/submit-worker";
import { testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import { createUpstream } from "@apidot-queue/upstream";

/** Everything that one lane needs, in this process, on a fresh lane, quick enough for a test. */
export interface Stack {
  readonly lane: string;
  readonly emulator: Emulator;
  readonly journal: Journal;
  readonly producer: Producer;
  /** Of the gateway that takes callbacks; null without one. */
  readonly gatewayUrl: string | null;
  readonly context: WorkerContext;
  /** Submits that the emulator saw, whatever it answered. */
  submitCount(): number;
  acceptedCount(): number;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly emulator?: EmulatorOptions;
  readonly rules?: Partial<SubmitRules & { readonly maxPaidAttempts: number }>;
  /** @defaultValue 1 */
  readonly submitWorkers?: number;
  /** Of each submit worker. @defaultValue 8 */
  readonly submitConcurrency?: number;
  /** Instead of the emulator's own address. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** Whether the upstream is asked to call back. @defaultValue false */
  readonly hasCallbacks?: boolean;
  readonly polls?: PollScheduleSettings;
  /** @defaultValue nothing is waited for */
  readonly disk?: DiskWait;
  readonly doubt?: NonNullable<Parameters<typeof startStatusWorker>[0]["lane"]["doubt"]>;
}

/** What the tokens of callbacks are signed with. */
export const CALLBACK_KEYS: CallbackKeys = [{ kid: "test", secret: "a secret for tests" }];

/** Quick enough for a test. */
export const QUICK_POLLS = { baseMs: 40, factor: 1.5, capMs: 200, minMs: 20 };

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const lane = uniqueLane();
  const emulator = await startEmulator({ speed: 200, ...options.emulator });
  const target = parseRedisUrl(testRedisUrl());
  if (!target.ok) throw new Error(target.problem);
  const logger = createLogger({ app: "e2e", level: "silent" });
  const redis = connectRedis(target.value, "worker", { watch: createRedisWatch({ logger }) });
  const registry = new Registry();
  const context: WorkerContext = {
    redis,
    logger,
    registry,
    metrics: createMetrics(registry),
    health: createHealth(),
    disk: options.disk ?? NO_DISK_WAIT,
  };
  const journal = openJournal(redis, lane);
  const rules = {
    requestTimeoutMs: 2_000,
    submitDeadlineMs: 0,
    generationDeadlineMs: 60_000,
    ambiguity: "resubmit" as const,
    maxPaidAttempts: 3,
    confirmGraceMs: 100,
    polls: options.polls ?? QUICK_POLLS,
    lane: NO_LIMITS,
    ...options.rules,
  };
  const upstream = () =>
    createUpstream({
      baseUrl: options.baseUrl ?? emulator.url,
      apiKey: options.apiKey ?? "test-key",
      requestTimeoutMs: rules.requestTimeoutMs,
      statusTimeoutMs: 1_000,
    });
  const callbackRedis = connectRedis(target.value, "producer", {
    watch: createRedisWatch({ logger }),
  });
  const gateway =
    options.hasCallbacks === true
      ? await startGateway({
          redis: callbackRedis,
          logger,
          registry,
          health: context.health,
          host: "127.0.0.1",
          port: 0,
          allowUnknownModels: false,
          defaultLane: lane,
          surfaces: ["callbacks"],
          callbackKeys: CALLBACK_KEYS,
        })
      : null;
  const callbackUrl = gateway === null ? null : callbackAddress(gateway.url, CALLBACK_KEYS);
  const rescuer = { ...DEFAULT_RESCUER, everyMs: 100 };
  const apps: RunningApp[] = [
    ...Array.from({ length: options.submitWorkers ?? 1 }, () =>
      startSubmitWorker({
        context,
        lane: { journal, upstream: upstream(), rules, callbackUrl },
        concurrency: options.submitConcurrency ?? 8,
        rescuer,
      }),
    ),
    startStatusWorker({
      context,
      lane: {
        journal,
        upstream: upstream(),
        schedule: rules.polls,
        rescue: rules,
        ...(options.doubt === undefined ? {} : { doubt: options.doubt }),
      },
      concurrency: 16,
      timing: { idleMs: 20, pollProbeMs: 200 },
      rescuer,
    }),
  ];
  const producer = createProducer({ redis: testRedisUrl(), lane });
  const countOf = (event: string): number =>
    emulator.ledger().filter((entry) => entry.event === event).length;
  return {
    lane,
    emulator,
    journal,
    producer,
    gatewayUrl: gateway?.url ?? null,
    context,
    submitCount: () => countOf("submit"),
    acceptedCount: () => countOf("accepted"),
    stop: async () => {
      await producer.close();
      await Promise.all([...apps.map((app) => app.stop()), gateway?.stop()]);
      callbackRedis.disconnect();
      redis.disconnect();
      await emulator.close();
    },
  };
}
