import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { type PrivateRedis, startPrivateRedis } from "@apidot-queue/runtime";
import { onTestFinished } from "vitest";

import { readComposeFile } from "../../packages/runtime/test/compose-file.ts";
import {
  readEnvironmentExample,
  readRootFile,
} from "../../packages/runtime/test/environment-example.ts";
import { freePort } from "../../packages/runtime/src/private-redis/free-port.ts";
import { type NodeProcess, type ProcessEnd, ROOT, startNode } from "./node-process.ts";

const TEXT = readRootFile("docker-compose.yml");
const run = promisify(execFile);

/** One container of the compose file, as a plain process on this machine. */
export interface ComposeProcess {
  readonly service: string;
  readonly process: NodeProcess;
  /** Where it serves health and metrics. */
  readonly url: string;
  /** Runs the healthcheck of the file. @returns whether it ended with 0 */
  isHealthy(): Promise<boolean>;
  /** What `docker compose stop` does: SIGTERM, and SIGKILL once the service's grace is over. */
  stop(): Promise<ProcessEnd>;
}

/** The file's Redis, and whether its healthcheck passes. */
export interface ComposeRedis {
  readonly redis: PrivateRedis;
  isHealthy(): Promise<boolean>;
}

/** How many of each service the command in the file's header starts. */
export function scaleInHeader(): Readonly<Record<string, number>> {
  const scaled = [...TEXT.matchAll(/--scale ([a-z-]+)=(\d+)/g)];
  return Object.fromEntries(scaled.map(([, service = "", count]) => [service, Number(count)]));
}

/** What `.env` holds after it was copied from `.env.example` and these were filled in. */
export function exampleEnvironment(
  filledIn: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const uncommented = readEnvironmentExample().filter(({ name }) =>
    readRootFile(".env.example").includes(`\n${name}=`),
  );
  return {
    ...Object.fromEntries(uncommented.map(({ name, value }) => [name, value])),
    ...filledIn,
  };
}

/** Starts the Redis of the file with the arguments of the file, on a free port. */
export async function startComposeRedis(
  env: Readonly<Record<string, string>>,
): Promise<ComposeRedis> {
  const service = serviceOf("redis", env);
  const [server, ...extraArgs] = service.command;
  if (server !== "valkey-server") throw new Error(`the file starts ${server}`);
  const redis = await startPrivateRedis({ extraArgs });
  onTestFinished(() => redis.stop());
  const [kind, line = ""] = service.healthcheck.test;
  if (kind !== "CMD-SHELL") throw new Error(`the healthcheck of redis is a ${kind}`);
  const folder = await folderWithClient(redis.port);
  const path = `${folder}:${process.env["PATH"] ?? ""}`;
  return { redis, isHealthy: () => succeeds("sh", ["-c", line], { PATH: path }) };
}

/**
 * Starts one container of a service of ours: its command, with its environment. Different are only
 * the names of hosts, which are all this machine here, and the one port that every container has for
 * itself.
 */
export async function startComposeProcess(
  name: string,
  env: Readonly<Record<string, string>>,
  label = name,
): Promise<ComposeProcess> {
  const { command, environment = {}, healthcheck, stop_grace_period } = serviceOf(name, env);
  const [node, script = ""] = command;
  if (node !== "node") throw new Error(`${name} starts ${node}`);
  const { METRICS_PORT: fixedPort } = environment;
  const ownPort = fixedPort === undefined ? env["PORT"] : String(await freePort());
  const here = (text: string): string =>
    text
      .replace("//redis:6379", `//127.0.0.1:${env["REDIS_PORT"]}`)
      .replace(/^0\.0\.0\.0$/, "127.0.0.1")
      .replace(`:${fixedPort}/`, `:${ownPort}/`);
  const entries = Object.entries(environment).map(([key, value]) => [key, here(value)]);
  const child = startNode(
    script,
    {
      ...Object.fromEntries(entries),
      ...(fixedPort === undefined ? {} : { METRICS_PORT: ownPort }),
    },
    label,
  );
  const [kind, , ...args] = healthcheck.test;
  if (kind !== "CMD") throw new Error(`the healthcheck of ${name} is a ${kind}`);
  return {
    service: name,
    process: child,
    url: `http://127.0.0.1:${ownPort}`,
    isHealthy: () => succeeds(process.execPath, args.map(here), {}),
    stop: async () => {
      const graceMs = Number.parseInt(stop_grace_period, 10) * 1_000;
      const kill = setTimeout(() => void child.end("SIGKILL"), graceMs);
      const end = await child.end("SIGTERM");
      clearTimeout(kill);
      return end;
    },
  };
}

function serviceOf(name: string, env: Readonly<Record<string, string>>) {
  const service = readComposeFile(TEXT, env).services[name];
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
}

async function succeeds(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  return run(program, [...args], { cwd: ROOT, env }).then(
    () => true,
    () => false,
  );
}

/** A folder with a stand-in for the image's `valkey-cli`: it says what it is told, and prints the answer. */
async function folderWithClient(port: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "apidot-queue-compose-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const client = join(folder, "valkey-cli");
  const talk = `
    const socket = require("node:net").connect(${port}, "127.0.0.1");
    socket.end(process.argv.slice(2).join(" ") + "\\r\\n");
    socket.pipe(process.stdout);
  `;
  await writeFile(client, `#!${process.execPath}\n${talk}`);
  await chmod(client, 0o755);
  return folder;
}
