import type { FaultRule, LedgerEntry } from "@apidot-queue/emulator";

import { type NodeProcess, startNode } from "./node-process.ts";

/** An emulator in a process of its own. */
export interface EmulatorProcess extends NodeProcess {
  readonly url: string;
  ledger(): Promise<LedgerEntry[]>;
  /** Replaces the rules in force. */
  setFaults(rules: readonly FaultRule[]): Promise<void>;
  /** How many calls each rule in force was asked about, and how often it struck. */
  faultCounts(): Promise<FaultCounts[]>;
}

/** The counts of one rule, in the order of the list. */
interface FaultCounts {
  readonly matched: number;
  readonly struck: number;
}

/** A program that serves `/metrics` and `/healthz`: a worker or the gateway. */
export interface ServiceProcess extends NodeProcess {
  /** Where it serves them. */
  readonly url: string;
}

/** Starts the emulator on a free port and waits until it listens. */
export async function startEmulatorProcess(
  env: Readonly<Record<string, string>> = {},
): Promise<EmulatorProcess> {
  const process = startNode(
    "apps/emulator/dist/main.js",
    { EMULATOR_PORT: "0", ...env },
    "emulator",
  );
  const [, url = ""] = await process.printed(/^emulator listening at (\S+)$/m);
  return {
    ...process,
    url,
    ledger: async () => {
      const answer = await fetch(`${url}/emulator/ledger`);
      const lines = (await answer.text()).split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as LedgerEntry);
    },
    setFaults: async (rules) => {
      const body = JSON.stringify(rules);
      const answer = await fetch(`${url}/emulator/faults`, { method: "POST", body });
      if (!answer.ok) throw new Error(`faults were refused: ${await answer.text()}`);
    },
    faultCounts: async () => {
      const answer = await fetch(`${url}/emulator/faults`);
      const { faults } = (await answer.json()) as { readonly faults: FaultCounts[] };
      return faults;
    },
  };
}

/** What every process of one installation is started with. */
export interface Installation {
  readonly redisUrl: string;
  readonly upstreamUrl: string;
  readonly apiKey: string;
  /** Laid over the defaults, which are quick enough for a test. */
  readonly env?: Readonly<Record<string, string>>;
}

const QUICK = {
  METRICS_PORT: "0",
  POLL_BASE_MS: "100",
  POLL_MIN_MS: "50",
  POLL_CAP_MS: "400",
  REQUEST_TIMEOUT_MS: "3000",
  CONFIRM_GRACE_MS: "0",
};

/** Starts a worker and waits until it serves. */
export async function startWorker(
  app: "submit-worker" | "status-worker",
  { redisUrl, upstreamUrl, apiKey, env }: Installation,
  name: string = app,
): Promise<ServiceProcess> {
  const upstream = { APIDOT_API_KEY: apiKey, APIDOT_BASE_URL: upstreamUrl };
  const all = { ...QUICK, REDIS_URL: redisUrl, ...upstream, ...env };
  const process = startNode(`apps/${app}/dist/main.js`, all, name);
  const [, port = ""] = await process.printed(/"port":(\d+),"msg":"operations server listens"/);
  return { ...process, url: `http://127.0.0.1:${port}` };
}

/** Starts the gateway on a free port and waits until it listens. */
export async function startGatewayProcess(
  { redisUrl, env }: Pick<Installation, "redisUrl" | "env">,
  name = "gateway",
): Promise<ServiceProcess> {
  const all = { REDIS_URL: redisUrl, PORT: "0", ...env };
  const process = startNode("apps/gateway/dist/main.js", all, name);
  const [, url = ""] = await process.printed(/^gateway listens at (\S+)$/m);
  return { ...process, url };
}

/** Two submit workers and two status workers. */
export async function startWorkers(installation: Installation): Promise<{
  readonly submit: readonly [ServiceProcess, ServiceProcess];
  readonly status: readonly [ServiceProcess, ServiceProcess];
  readonly all: readonly ServiceProcess[];
}> {
  const [submit1, submit2, status1, status2] = await Promise.all([
    startWorker("submit-worker", installation, "submit-worker 1"),
    startWorker("submit-worker", installation, "submit-worker 2"),
    startWorker("status-worker", installation, "status-worker 1"),
    startWorker("status-worker", installation, "status-worker 2"),
  ]);
  const all = [submit1, submit2, status1, status2];
  return { submit: [submit1, submit2], status: [status1, status2], all };
}
