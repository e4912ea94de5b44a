import { DEFAULT_POLL_SCHEDULE } from "@apidot-queue/core";
import { describe, expect, expectTypeOf, test } from "vitest";

import { EMULATOR_VARIABLE_NAMES, LATER_VARIABLES } from "./later-variables.ts";
import { loadConfig, loadConfigOrExit, secretsOf, variablesOf } from "./load-config.ts";
import type { Environment } from "./read-environment.ts";
import { APP_NAMES, formatMistake } from "./variable.ts";
import type { AppName, Variable } from "./variable.ts";
import { VARIABLES } from "./variables.ts";
import type { ConfigOf } from "./variables.ts";

const KEY = "key-canary-0123456789";
const ALL_VARIABLES = Object.values<Variable>(VARIABLES);

function noFile(path: string): string {
  throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
}

function mistakes(app: AppName, env: Environment, readFile = noFile): string[] {
  const result = loadConfig(app, env, readFile);
  return result.ok ? [] : result.mistakes.map(formatMistake);
}

function config<A extends AppName>(app: A, env: Environment, readFile = noFile) {
  const result = loadConfig(app, env, readFile);
  if (!result.ok) throw new Error(result.mistakes.map(formatMistake).join("\n"));
  return result.config;
}

/** Reads from these files only. */
const files = (contents: Record<string, string>) => (path: string) =>
  contents[path] ?? noFile(path);

/** What a process with this environment prints, and its exit code. */
function start(env: Environment) {
  const lines: string[] = [];
  class Exited extends Error {
    readonly code: number;
    constructor(code: number) {
      super();
      this.code = code;
    }
  }
  const exit = (code: number): never => {
    throw new Exited(code);
  };
  let code: number | null = null;
  let loaded: unknown = null;
  try {
    loaded = loadConfigOrExit("gateway", {
      env,
      readFile: noFile,
      exit,
      writeLine: (line) => lines.push(line),
    });
  } catch (error) {
    if (!(error instanceof Exited)) throw error;
    code = error.code;
  }
  return { code, lines, loaded };
}

describe("defaults", () => {
  test("a worker needs its key and nothing else", () => {
    expect(mistakes("submit-worker", {})).toEqual([
      "APIDOT_API_KEY: must be set (or APIDOT_API_KEY_FILE)",
    ]);
    expect(config("submit-worker", { APIDOT_API_KEY: KEY })).toMatchObject({
      redis: { kind: "single", host: "127.0.0.1", port: 6379 },
      apiKey: KEY,
      baseUrl: "https://api.apidot.ai",
      metricsHost: "127.0.0.1",
      metricsPort: 9464,
      submitConcurrency: 16,
      requestTimeoutMs: 45_000,
      ambiguousSubmit: "resubmit",
      maxPaidAttempts: 3,
      confirmGraceMs: null,
      generationDeadlineMs: 3_600_000,
      submitDeadlineMs: 86_400_000,
      logLevel: "info",
    });
  });

  test("the polls follow the schedule of core", () => {
    const { pollBaseMs, pollFactor, pollCapMs, pollMinMs } = config("status-worker", {
      APIDOT_API_KEY: KEY,
    });
    expect({ baseMs: pollBaseMs, factor: pollFactor, capMs: pollCapMs, minMs: pollMinMs }).toEqual(
      DEFAULT_POLL_SCHEDULE,
    );
  });

  test("gateway, standalone and command line start from nothing", () => {
    expect(config("gateway", {})).toMatchObject({ host: "127.0.0.1", port: 8787 });
    expect(config("standalone", {})).toMatchObject({ apiKey: null, statusConcurrency: 64 });
    expect(config("cli", {})).toMatchObject({ allowUnknownModels: false });
  });

  test("every default is valid, and every variable is read by some app", () => {
    for (const { name, parse, defaultText, apps, requiredBy } of ALL_VARIABLES) {
      if (defaultText !== null) expect(parse(defaultText).ok, name).toBe(true);
      expect(apps.length, name).toBeGreaterThan(0);
      expect(apps, name).toEqual(expect.arrayContaining([...requiredBy]));
    }
  });

  test("what an app requires is there by type, what it does not read is not", () => {
    expectTypeOf<ConfigOf<"submit-worker">["apiKey"]>().toEqualTypeOf<string>();
    expectTypeOf<ConfigOf<"standalone">["apiKey"]>().toEqualTypeOf<string | null>();
    expectTypeOf<ConfigOf<"standalone">["submitDeadlineMs"]>().toEqualTypeOf<number | null>();
    expectTypeOf<ConfigOf<"standalone">["ambiguousSubmit"]>().toEqualTypeOf<"resubmit" | "hold">();
    expectTypeOf<ConfigOf<"gateway">>().not.toHaveProperty("apiKey");
  });

  test("an app gets its variables only", () => {
    expect(Object.keys(config("gateway", {})).sort()).toEqual(
      [...Object.keys(variablesOf("gateway")), "given"].sort(),
    );
    expect(config("gateway", { SUBMIT_CONCURRENCY: "none" })).not.toHaveProperty("apiKey");
  });
});

describe("reading", () => {
  test("an empty variable is an unset one", () => {
    const empty = Object.fromEntries(
      [...ALL_VARIABLES, ...LATER_VARIABLES].flatMap(({ name }) => [
        [name, ""],
        [`${name}_FILE`, ""],
      ]),
    );
    expect(config("standalone", empty).given.size).toBe(0);
    expect(config("standalone", { ...empty, REDIS_URI: "" })).toEqual(config("standalone", {}));
  });

  test("what is set is told from what is a default", () => {
    const env = { APIDOT_API_KEY: KEY, METRICS_PORT: "9464" };
    expect([...config("status-worker", env).given].sort()).toEqual([
      "APIDOT_API_KEY",
      "METRICS_PORT",
    ]);
  });

  test("a deadline of 0 is none", () => {
    expect(config("standalone", { SUBMIT_DEADLINE_MS: "0" }).submitDeadlineMs).toBeNull();
    expect(mistakes("standalone", { GENERATION_DEADLINE_MS: "0" })).toHaveLength(1);
  });

  test("all mistakes are told at once, each with its variable", () => {
    const env = {
      REDIS_URL: "localhost:6379",
      PORT: "65536",
      HOST: "0.0.0.0",
      MAX_PAID_ATTEMPTS: "11",
      POLL_FACTOR: "0.5",
      ALLOW_UNKNOWN_MODELS: "yes",
      LOG_LEVEL: "loud",
      LANES_FILE: "lanes.json",
      APIDOT_APIKEY: KEY,
    };
    const names = mistakes("standalone", env).map((line) => line.split(":")[0]);
    expect(new Set(names)).toEqual(new Set(Object.keys(env)));
    expect(names).toHaveLength(Object.keys(env).length);
  });

  test("a mistake is one line and never repeats a value", () => {
    const texts = [`${KEY}\n${KEY}`, "http://user:canary@host.example/?canary"];
    for (const text of texts) {
      for (const app of APP_NAMES) {
        const env = Object.fromEntries(
          [...ALL_VARIABLES, ...LATER_VARIABLES].map(({ name }) => [name, text]),
        );
        const lines = mistakes(app, env);
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(line).not.toMatch(/canary|\n/);
      }
    }
  });
});

describe("secrets in files", () => {
  test("a secret is read from its file without the end of the line", () => {
    const env = { APIDOT_API_KEY_FILE: "/run/key", REDIS_URL_FILE: "/run/redis" };
    const readFile = files({ "/run/key": `${KEY}\n`, "/run/redis": "redis://:pw@redis:1\n" });
    const loaded = config("submit-worker", env, readFile);
    expect(loaded.apiKey).toBe(KEY);
    expect(loaded.redis).toMatchObject({ host: "redis", password: "pw" });
    expect(secretsOf(loaded)).toEqual([KEY, "pw"]);
  });

  test("the secret and its file together are a mistake", () => {
    const env = { APIDOT_API_KEY: KEY, APIDOT_API_KEY_FILE: "/run/key" };
    expect(mistakes("submit-worker", env, files({ "/run/key": KEY }))).toEqual([
      "APIDOT_API_KEY: is set, and so is APIDOT_API_KEY_FILE: only one of them may be",
    ]);
  });

  test("a missing, an empty and a wrong file name the variable of the file, not the path", () => {
    const readFile = files({ "/run/empty": " \n", "/run/wrong": "two words" });
    expect(mistakes("submit-worker", { APIDOT_API_KEY_FILE: KEY })).toEqual([
      "APIDOT_API_KEY_FILE: names a file that cannot be read (ENOENT)",
    ]);
    expect(mistakes("submit-worker", { APIDOT_API_KEY_FILE: "/run/empty" }, readFile)).toEqual([
      "APIDOT_API_KEY_FILE: names a file that is empty",
    ]);
    expect(mistakes("submit-worker", { APIDOT_API_KEY_FILE: "/run/wrong" }, readFile)).toEqual([
      "APIDOT_API_KEY_FILE: must be the bare key: visible ASCII characters without spaces",
    ]);
  });

  test("only secrets are read from files", () => {
    expect(config("gateway", { PORT_FILE: "/run/port" }).port).toBe(8787);
  });
});

describe("what this version does not support", () => {
  test.each(LATER_VARIABLES.map(({ name }) => name))("%s is refused when it is set", (name) => {
    for (const app of APP_NAMES) {
      const lines = mistakes(app, { APIDOT_API_KEY: KEY, [name]: "1" });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`${name}: is not supported by this version yet`);
    }
  });

  test("a value that asks for nothing new passes", () => {
    const env = {
      POLL_LEARN: "off",
      ACCOUNT_ERRORS: "fail",
      AUTO_RESUME: "off",
    };
    expect(mistakes("standalone", env)).toEqual([]);
    expect(mistakes("standalone", { POLL_LEARN: "on" })).toEqual([
      "POLL_LEARN: is not supported by this version yet at any value but off",
    ]);
  });

  test("no variable is both supported and not", () => {
    const names = [...ALL_VARIABLES, ...LATER_VARIABLES].map(({ name }) => name);
    expect(new Set([...names, ...EMULATOR_VARIABLE_NAMES]).size).toBe(
      names.length + EMULATOR_VARIABLE_NAMES.length,
    );
  });
});

describe("rules between variables", () => {
  test.each(["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "0:0:0:0:0:0:0:1"])(
    "the gateway may listen on %s",
    (HOST) => {
      expect(mistakes("gateway", { HOST })).toEqual([]);
    },
  );

  test.each(["0.0.0.0", "::", "192.168.1.2", "gateway.example", "128.0.0.1", "localhost.example"])(
    "the gateway refuses %s without tokens",
    (HOST) => {
      for (const app of ["gateway", "standalone"] as const) {
        expect(mistakes(app, { HOST })).toEqual([
          "HOST: must be a loopback address (127.0.0.1, ::1, localhost) as long as GATEWAY_TOKENS is not set, unless SURFACES is callbacks",
        ]);
      }
    },
  );

  test("a gateway that exposes callbacks alone may listen anywhere", () => {
    const env = { HOST: "0.0.0.0", PUBLIC_URL: "https://queue.example" };
    expect(mistakes("gateway", { ...env, SURFACES: "callbacks" })).toEqual([]);
    for (const SURFACES of ["api", "api,callbacks"]) {
      expect(mistakes("gateway", { ...env, SURFACES })).toHaveLength(1);
    }
  });

  test("a worker's metrics may be anywhere, and HOST is none of its business", () => {
    const env = { APIDOT_API_KEY: KEY, METRICS_HOST: "0.0.0.0", HOST: "0.0.0.0" };
    expect(mistakes("status-worker", env)).toEqual([]);
  });

  test("poll intervals contradict each other only when both are set", () => {
    expect(mistakes("standalone", { POLL_CAP_MS: "500" })).toEqual([]);
    expect(mistakes("standalone", { POLL_MIN_MS: "20000" })).toEqual([]);
    expect(mistakes("standalone", { POLL_CAP_MS: "500", POLL_MIN_MS: "500" })).toEqual([]);
    expect(mistakes("standalone", { POLL_CAP_MS: "500", POLL_MIN_MS: "501" })).toEqual([
      "POLL_CAP_MS: must not be less than POLL_MIN_MS",
    ]);
  });
});

describe("at the start of a process", () => {
  test("a wrong configuration exits 78 with one line per mistake", () => {
    const { code, lines } = start({ PORT: "x", LOG_LEVEL: "x" });
    expect(code).toBe(78);
    expect(lines).toEqual([
      "PORT: must be a whole number from 0 to 65535",
      "LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent",
    ]);
  });

  test("a right one is returned in silence", () => {
    const { code, lines, loaded } = start({ PORT: "0" });
    expect({ code, lines }).toEqual({ code: null, lines: [] });
    expect(loaded).toMatchObject({ port: 0 });
  });
});
