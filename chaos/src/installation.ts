import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { type PrivateRedis, startPrivateRedis } from "@apidot-queue/runtime";

import { freePort } from "./free-port.ts";
import { createService, type Service } from "./service.ts";

/** Everything that runs during one variant: Redis, the upstream, and the product around them. */
export interface Installation {
  readonly ledgerFile: string;
  readonly gateways: readonly Service[];
  /** What may be killed at any moment: gateways and workers. */
  readonly victims: readonly Service[];
  readonly redisUrl: string;
  gatewayUrls(): readonly string[];
  /** Ends Redis with this signal and starts it again where it was. */
  restartRedis(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** Replaces the upstream's faults. */
  setFaults(rules: readonly object[]): Promise<void>;
  /** Stops the product politely. @returns how each process ended, by its name */
  stopProduct(): Promise<ReadonlyMap<string, number | string>>;
  /** Stops what the product stood on. */
  stopGround(): Promise<void>;
}

/** How many of each. */
const FLEET = { gateway: 2, "submit-worker": 4, "status-worker": 2 };

/** Times shrunk, so that a run of minutes has what happens in days. */
const QUICK = {
  REQUEST_TIMEOUT_MS: "3000",
  POLL_BASE_MS: "300",
  POLL_MIN_MS: "200",
  POLL_CAP_MS: "1000",
  METRICS_PORT: "0",
};

/** What an installation is made of. */
export interface InstallationOptions {
  /** Redis, ledger and logs are below it. */
  readonly folder: string;
  /** Laid over the environment of the product's processes. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the upstream is asked to call back, at the first gateway. */
  readonly hasCallbacks: boolean;
  /** A module that every process of the product loads first. */
  readonly preload?: string;
}

/** Starts an installation and waits until every process is ready. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { folder, env, hasCallbacks, preload } = options;
  const redisDir = join(folder, "redis");
  await mkdir(redisDir, { recursive: true });
  let redis: PrivateRedis = await startPrivateRedis({ dir: redisDir, appendfsync: "always" });
  const { url: redisUrl, port: redisPort } = redis;

  const ledgerFile = join(folder, "ledger.jsonl");
  const emulator = createService({
    name: "emulator",
    app: "emulator",
    env: { EMULATOR_PORT: "0", EMULATOR_SPEED: "30", EMULATOR_LEDGER: ledgerFile },
    ready: /emulator listening at (\S+)/,
    logFile: join(folder, "emulator.log"),
  });
  await emulator.start();

  // A gateway comes back where it was.
  const ports = await Promise.all(Array.from({ length: FLEET.gateway }, freePort));
  const publicUrl = hasCallbacks ? { PUBLIC_URL: `http://127.0.0.1:${ports[0]}` } : {};
  const common = { ...QUICK, REDIS_URL: redisUrl, ...publicUrl, ...env };
  const upstream = { APIDOT_API_KEY: "chaos-key", APIDOT_BASE_URL: emulator.readyText() };
  const service = (app: keyof typeof FLEET, n: number): Service => {
    const name = `${app} ${n}`;
    const isGateway = app === "gateway";
    return createService({
      name,
      app,
      env: isGateway ? { ...common, PORT: String(ports[n - 1]) } : { ...common, ...upstream },
      ready: isGateway ? /gateway listens at (\S+)/ : /operations server listens/,
      logFile: join(folder, `${app}-${n}.log`),
      ...(preload === undefined ? {} : { preload }),
    });
  };
  const all = Object.entries(FLEET).flatMap(([app, count]) =>
    Array.from({ length: count }, (_, n) => service(app as keyof typeof FLEET, n + 1)),
  );
  await Promise.all(all.map((one) => one.start()));
  const gateways = all.filter(({ name }) => name.startsWith("gateway"));

  return {
    ledgerFile,
    gateways,
    victims: all,
    redisUrl,
    gatewayUrls: () => gateways.map((gateway) => gateway.readyText()),
    restartRedis: async (signal) => {
      await redis.kill(signal);
      redis = await startPrivateRedis({ dir: redisDir, port: redisPort, appendfsync: "always" });
    },
    setFaults: async (rules) => {
      const answer = await fetch(`${emulator.readyText()}/emulator/faults`, {
        method: "POST",
        body: JSON.stringify(rules),
      });
      if (!answer.ok) throw new Error(`the emulator refused the faults: ${await answer.text()}`);
    },
    stopProduct: async () => {
      const ends = all.map(async (one) => [one.name, await one.stop()] as const);
      return new Map(await Promise.all(ends));
    },
    stopGround: async () => {
      await emulator.stop();
      await redis.stop();
    },
  };
}
