import { existsSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { readDoc, tableOf } from "../../../core/test/markdown.ts";
import { interpolatedNames, readComposeFile } from "../../test/compose-file.ts";
import { readEnvironmentExample, readRootFile } from "../../test/environment-example.ts";
import { readPrometheusConfig } from "../../test/prometheus-rules.ts";
import { loadConfig, variablesOf } from "./load-config.ts";

const TEXT = readRootFile("docker-compose.yml");
const APPS = ["gateway", "submit-worker", "status-worker", "notify-worker"] as const;
/** What the file decides by itself; everything else can be set from outside. */
const FIXED = ["REDIS_URL", "HOST", "METRICS_HOST", "METRICS_PORT"];
/** Read by the file alone: the ports at which Redis and Prometheus are published. */
const OF_THE_FILE = ["REDIS_PORT", "PROMETHEUS_PORT"];

const compose = readComposeFile(TEXT, { APIDOT_API_KEY: "a-key" });

function serviceOf(name: string) {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
}

function secondsOf(duration: string): number {
  return Number(/^(\d+)s$/.exec(duration)?.[1]);
}

describe("docker-compose.yml", () => {
  test("has Redis, the gateway, the workers and a Prometheus", () => {
    expect(Object.keys(compose.services)).toEqual(["redis", ...APPS, "prometheus"]);
  });

  test("does not start without a key, and says so", () => {
    expect(() => readComposeFile(TEXT, {})).toThrow(/^APIDOT_API_KEY: /);
  });

  test("takes nothing from outside but variables that .env.example lists", () => {
    const listed = readEnvironmentExample().map(({ name }) => name);
    const names = interpolatedNames(TEXT).filter((name) => !OF_THE_FILE.includes(name));
    expect(names.filter((name) => !listed.includes(name))).toEqual([]);
  });

  test("has no names of its own but those of docs/configuration.md, with their defaults", () => {
    const rows = tableOf(readDoc("configuration.md"), ["name in the file", "default", "meaning"]);
    expect(rows.map(([name]) => name)).toEqual(OF_THE_FILE);
    for (const [name, value] of rows) expect(TEXT).toContain(`127.0.0.1:\${${name}:-${value}}:`);
  });

  test("keeps an append-only file on a volume and evicts nothing", () => {
    const { command, volumes = [], healthcheck } = serviceOf("redis");
    const settings = command.join(" ");
    expect(settings).toContain("--appendonly yes");
    expect(settings).toContain("--appendfsync everysec");
    expect(settings).toContain("--maxmemory-policy noeviction");
    expect(volumes).toEqual(["redis-data:/data"]);
    expect(healthcheck.test.join(" ")).toContain("ping");
  });

  test("publishes nothing beyond this machine", () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(published).toEqual(["127.0.0.1:6379:6379", "127.0.0.1:9090:9090"]);
  });

  test("names the exact version of what others publish often, and a line of Valkey", () => {
    expect(serviceOf("prometheus").image).toMatch(/^prom\/prometheus:v\d+\.\d+\.\d+$/);
    expect(serviceOf("redis").image).toMatch(/^valkey\/valkey:\d+-alpine$/);
  });

  test("has a volume for each one that is used, and no other", () => {
    const named = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(":")[0] ?? ""))
      .filter((source) => !source.startsWith("."));
    expect(named).toEqual(Object.keys(compose.volumes));
  });
});

describe.each(APPS)("the service %s", (name) => {
  const service = serviceOf(name);
  const { environment = {} } = service;

  test("offers every variable that its app reads, and no other", () => {
    const read = Object.values(variablesOf(name)).map((variable) => variable.name);
    expect(Object.keys(environment).sort()).toEqual(read.sort());
  });

  test("has an environment that its app accepts", () => {
    const result = loadConfig(name, environment, () => "");
    expect(result.ok ? [] : result.mistakes).toEqual([]);
  });

  test("hands on what is set outside", () => {
    const others = Object.keys(environment).filter((variable) => !FIXED.includes(variable));
    const outside = Object.fromEntries(others.map((variable) => [variable, `of ${variable}`]));
    const file = readComposeFile(TEXT, { APIDOT_API_KEY: "a-key", ...outside });
    expect(file.services[name]?.environment).toMatchObject(outside);
  });

  test("starts a program that is there, after Redis is healthy", () => {
    const [node, program = "", ...rest] = service.command;
    expect([node, rest]).toEqual(["node", []]);
    const source = program.replace("/dist/main.js", "/src/main.ts");
    expect(existsSync(new URL(`../../../../${source}`, import.meta.url))).toBe(true);
    expect(service.depends_on).toEqual({ redis: { condition: "service_healthy" } });
  });

  test("asks its own health for progress", () => {
    const port = environment["METRICS_PORT"] ?? environment["PORT"];
    expect(service.healthcheck.test.at(-1)).toContain(`http://127.0.0.1:${port}/healthz`);
  });
});

test.each(["submit-worker", "status-worker"])("the %s can be scaled", (name) => {
  expect(serviceOf(name)).not.toHaveProperty("container_name");
  expect(serviceOf(name)).not.toHaveProperty("ports");
});

describe("the service prometheus", () => {
  const { command, volumes = [], healthcheck, ...service } = serviceOf("prometheus");

  test("reads the folder that is in the repository, and writes to its volume alone", () => {
    const { read_only: isReadOnly, user } = service as Readonly<Record<string, unknown>>;
    expect({ isReadOnly, user }).toEqual({ isReadOnly: true, user: undefined });
    expect(volumes).toEqual([
      "./deploy/prometheus:/etc/prometheus:ro",
      "prometheus-data:/prometheus",
    ]);
    expect(command).toContain("--config.file=/etc/prometheus/prometheus.yml");
    expect(command).toContain("--storage.tsdb.path=/prometheus");
    for (const file of ["prometheus.yml", ...readPrometheusConfig().rule_files]) {
      expect(() => readRootFile(`deploy/prometheus/${file}`)).not.toThrow();
    }
  });

  test("keeps no more than a time and a size", () => {
    expect(command.join(" ")).toMatch(/retention\.time=\d+d .*retention\.size=\d+GB/);
  });

  test("asks itself whether it is healthy", () => {
    expect(healthcheck.test.at(-1)).toBe("--url=http://127.0.0.1:9090");
  });

  test("finds every replica of each worker at the port where it serves its metrics", () => {
    const found = readPrometheusConfig().scrape_configs.flatMap((job) =>
      (job.dns_sd_configs ?? []).map((dns) => ({ job: job.job_name, ...dns })),
    );
    const workers = APPS.filter((name) => name !== "gateway");
    expect(found.map(({ job, names, type, port }) => ({ job, names, type, port }))).toEqual(
      workers.map((name) => ({
        job: name,
        names: [name],
        type: "A",
        port: Number(serviceOf(name).environment?.["METRICS_PORT"]),
      })),
    );
    for (const name of workers)
      expect(serviceOf(name).environment?.["METRICS_HOST"]).toBe("0.0.0.0");
  });
});

test("a submit worker is given longer than one request and its storing take", () => {
  const requestTimeoutMs = Number(variablesOf("submit-worker")["requestTimeoutMs"]?.defaultText);
  const storeMs = 15_000;
  const limitSeconds = (requestTimeoutMs + storeMs) / 1_000;
  expect(secondsOf(serviceOf("submit-worker").stop_grace_period)).toBeGreaterThan(limitSeconds);
});

describe("Dockerfile", () => {
  const lines = readRootFile("Dockerfile").split("\n");

  test("copies files that the context lets in", () => {
    const allowed = readRootFile(".dockerignore").split("\n");
    const copied = lines
      .filter((line) => line.startsWith("COPY package.json"))
      .flatMap((line) => line.split(" ").slice(1, -1));
    expect(copied.length).toBeGreaterThan(0);
    for (const file of copied) expect(allowed).toContain(`!${file}`);
  });

  test("ends as a user without rights, with a program that is there", () => {
    expect(lines.filter((line) => line.startsWith("USER "))).toEqual(["USER node"]);
    const command = lines.find((line) => line.startsWith("CMD "))?.slice(4) ?? "[]";
    const [, program = ""] = JSON.parse(command) as readonly string[];
    const source = program.replace("/dist/main.js", "/src/main.ts");
    expect(existsSync(new URL(`../../../../${source}`, import.meta.url))).toBe(true);
  });
});
