import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createProducer } from "@apidot-queue/producer";
import { startPrivateRedis } from "@apidot-queue/runtime";
import { Redis } from "ioredis";

import { type BookedGeneration, isAtRest, readBooks } from "../judge/books.ts";
import type { LedgerLine } from "../judge/ledger.ts";
import { judge } from "../judge/verdict.ts";
import { freePort } from "../free-port.ts";
import { CALLBACK_GRACE_MS, type CrashCase, expectedStatus, sha256 } from "./cases.ts";
import { type Program, startProgram } from "./program.ts";
import type { Told } from "./told.ts";

/** What all cases stand on. */
export interface CrashGround {
  readonly redisUrl: string;
  readonly upstreamUrl: string;
  /** Of a gateway that nothing happens to. */
  readonly publicUrl: string;
  /** What callers hear. */
  readonly told: Told;
}

/** What one case came to. */
export interface CrashResult {
  readonly crashCase: CrashCase;
  readonly statuses: readonly string[];
  readonly accepted: number;
  /** Everything that is not as promised; empty when all is. */
  readonly against: readonly string[];
}

const ALL_WORKERS = "submit-worker,status-worker,notify-worker";
/** A victim that needs others to come to its line. */
const ROLES_WITH: Readonly<Partial<Record<CrashCase["point"]["victim"], string>>> = {
  "status-worker": "submit-worker,status-worker",
  "notify-worker": ALL_WORKERS,
};
/** Processes that boot at the same time: more of them only wait for each other. */
const AT_ONCE = 4;
const REST_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 200;
/** After everything is at rest: a hint that comes late must do no harm. */
const LAST_HINT_MS = 2_000;

/**
 * Runs the cases, each on a lane of its own: a process reaches its crash point and suffers, others
 * take over, and the upstream's ledger decides.
 */
export async function runCrashPoints(
  cases: readonly CrashCase[],
  ground: CrashGround,
  readLedger: () => Promise<readonly LedgerLine[]>,
): Promise<CrashResult[]> {
  const troubles = new Map<string, string[]>();
  const own = new Map<string, RestartedRedis>();
  const redis = new Redis(ground.redisUrl);
  const booksOf = ({ lane }: CrashCase): Promise<BookedGeneration[]> =>
    readBooks(own.get(lane)?.client ?? redis, lane);
  /** Lets them work until nothing is left to do, and stops them: dozens that idle slow down the rest. */
  const letWork = async (of: readonly CrashCase[], programs: readonly Program[]) => {
    await allAtRest(of, booksOf, ground.told);
    await sleep(LAST_HINT_MS);
    return Promise.all(programs.map((program) => program.stop()));
  };
  const working: Promise<(number | string)[]>[] = [];
  await inParallel(cases, AT_ONCE, async (one) => {
    const survivors: Program[] = [];
    try {
      troubles.set(
        one.lane,
        one.blow === "redis"
          ? await sufferRestart(one, ground, survivors, own)
          : await suffer(one, ground, survivors),
      );
    } catch (error) {
      troubles.set(one.lane, [String(error)]);
    }
    if (survivors.length > 0) working.push(letWork([one], survivors));
  });
  const shared = cases.filter(({ lane }) => !own.has(lane));
  for (const policy of new Set(shared.map((one) => one.policy))) {
    const of = shared.filter((one) => one.policy === policy);
    const lanes = of.map(({ lane }) => lane);
    working.push(letWork(of, [await startSurvivor(ground, policy, lanes)]));
  }
  try {
    const ends = (await Promise.all(working)).flat();
    const ledger = await readLedger();
    return await Promise.all(
      cases.map(async (one) => {
        const books = await booksOf(one);
        const result = resultOf(one, books, ledger);
        const badEnds = ends.filter((end) => end !== 0).map((end) => `a survivor ended: ${end}`);
        const untold = ground.told.against(books);
        const trouble = troubles.get(one.lane) ?? [];
        const against = [...trouble, ...result.against, ...untold, ...badEnds];
        return { ...result, against };
      }),
    );
  } finally {
    redis.disconnect();
    for (const one of own.values()) await one.stop();
  }
}

/** A Redis of one case, killed and started again where it was. */
interface RestartedRedis {
  /** For whoever looks at the books. */
  readonly client: Redis;
  stop(): Promise<void>;
}

/** C21: the process lives, and Redis dies under it. Nothing but Redis is started again. */
async function sufferRestart(
  one: CrashCase,
  ground: CrashGround,
  survivors: Program[],
  own: Map<string, RestartedRedis>,
): Promise<string[]> {
  const { policy, lane } = one;
  const dir = await mkdtemp(join(tmpdir(), "apidot-queue-crash-redis-"));
  const first = await startPrivateRedis({ dir, appendfsync: "always" });
  const { url: redisUrl, port } = first;
  const gatewayPort = String(await freePort());
  const publicUrl = `http://127.0.0.1:${gatewayPort}`;
  const gateway = startProgram("gateway", { REDIS_URL: redisUrl, PORT: gatewayPort });
  await gateway.printed(`gateway listens at ${publicUrl}`);
  const here = { ...ground, redisUrl, publicUrl };
  await enqueueAll(one, here);
  const env = { ...fleetEnv(here, policy, [lane]), ROLES: ALL_WORKERS };
  const victim = startProgram("fleet-program", { ...env, ...crashAt(one) }, "crash-hook");
  survivors.push(gateway, victim);
  await victim.printed("struck");
  await first.kill("SIGKILL");
  const again = await startPrivateRedis({ dir, port, appendfsync: "always" });
  const client = new Redis(redisUrl);
  own.set(lane, {
    client,
    stop: async () => {
      client.disconnect();
      await again.stop();
      await rm(dir, { recursive: true, force: true });
    },
  });
  return [];
}

async function enqueueAll(
  { lane, prompts }: CrashCase,
  { redisUrl, told }: CrashGround,
): Promise<void> {
  const producer = createProducer({ redis: redisUrl, lane, tenant: lane });
  try {
    await producer.enqueueMany(
      prompts.map((prompt) => ({
        request: { model: "veo3.1-lite", input: { prompt } },
        options: { notifyUrl: told.url },
      })),
    );
  } finally {
    await producer.close();
  }
}

/** Brings one process to its crash point. @returns what went against the promises there */
async function suffer(
  one: CrashCase,
  ground: CrashGround,
  survivors: Program[],
): Promise<string[]> {
  const { point, blow, policy, lane, prompts } = one;
  if (point.victim === "producer") {
    const caller = { LANE: lane, PROMPTS: prompts.join(","), NOTIFY_URL: ground.told.url };
    const env = { REDIS_URL: ground.redisUrl, ...caller };
    const victim = startProgram("producer-program", { ...env, ...crashAt(one) }, "crash-hook");
    const end = await victim.ended;
    // The caller does what it is told to: the same request with the same key.
    const again = startProgram("producer-program", env);
    const ends = [end, await again.ended];
    return ends[0] === "SIGKILL" && ends[1] === 0 ? [] : [`ended with ${ends.join(", then ")}`];
  }

  await enqueueAll(one, ground);
  const common = fleetEnv(ground, policy, [lane]);
  if (point.victim === "rescuer") {
    // What it has to rescue: a worker dies with all of them in hand.
    const first = { ...common, ROLES: "submit-worker", CRASH_AT: "C10", CRASH_BLOW: "kill" };
    await startProgram("fleet-program", first, "crash-hook").ended;
  }
  if (point.victim === "gateway") return sufferGateway(one, ground, survivors);
  const roles = ROLES_WITH[point.victim] ?? point.victim;
  const env = { ...common, ROLES: roles, ...crashAt(one) };
  const victim = startProgram("fleet-program", env, "crash-hook");
  await victim.printed("struck");
  if (blow === "block") {
    // Another worker takes over while this one stands still, and meets it when it goes on.
    survivors.push(await startSurvivor(ground, policy, [lane]), victim);
    await victim.printed("went on");
    return [];
  }
  const end = await victim.ended;
  const expected = blow === "kill" ? "SIGKILL" : 0;
  return end === expected ? [] : [`ended with ${end}: ${victim.output()}`];
}

/** The workers go on; the gateway that they named dies, and another comes in its place. */
async function sufferGateway(
  one: CrashCase,
  ground: CrashGround,
  survivors: Program[],
): Promise<string[]> {
  const port = String(await freePort());
  const publicUrl = `http://127.0.0.1:${port}`;
  const env = { REDIS_URL: ground.redisUrl, PORT: port };
  const listens = `gateway listens at ${publicUrl}`;
  const victim = startProgram("gateway", { ...env, ...crashAt(one) }, "crash-hook");
  await victim.printed(listens);
  survivors.push(await startSurvivor({ ...ground, publicUrl }, one.policy, [one.lane]));
  const end = await victim.ended;
  const next = startProgram("gateway", env);
  await next.printed(listens);
  survivors.push(next);
  return end === "SIGKILL" ? [] : [`ended with ${end}: ${victim.output()}`];
}

function crashAt({ point, blow }: CrashCase): Record<string, string> {
  return { CRASH_AT: point.id, CRASH_BLOW: blow };
}

function fleetEnv(
  { redisUrl, upstreamUrl, publicUrl }: CrashGround,
  policy: string,
  lanes: readonly string[],
): Record<string, string> {
  return {
    REDIS_URL: redisUrl,
    UPSTREAM_URL: upstreamUrl,
    PUBLIC_URL: publicUrl,
    LANES: lanes.join(","),
    POLICY: policy,
  };
}

async function startSurvivor(
  ground: CrashGround,
  policy: string,
  lanes: readonly string[],
): Promise<Program> {
  const env = { ...fleetEnv(ground, policy, lanes), ROLES: ALL_WORKERS };
  const survivor = startProgram("fleet-program", env);
  await survivor.printed("ready");
  return survivor;
}

async function allAtRest(
  cases: readonly CrashCase[],
  booksOf: (one: CrashCase) => Promise<BookedGeneration[]>,
  told: Told,
): Promise<void> {
  const until = performance.now() + REST_LIMIT_MS;
  while (performance.now() < until) {
    const books = (await Promise.all(cases.map(booksOf))).flat();
    if (books.every(isAtRest) && told.against(books).length === 0) return;
    await sleep(LOOK_EVERY_MS);
  }
}

function resultOf(
  crashCase: CrashCase,
  books: readonly BookedGeneration[],
  ledger: readonly LedgerLine[],
): CrashResult {
  const { policy, prompts } = crashCase;
  const own = new Set(prompts.map(sha256));
  const tasks = new Set(books.flatMap((g) => g.tasks));
  const lines = ledger.filter(
    ({ prompt, taskId }) => own.has(prompt ?? "") || (taskId !== null && tasks.has(taskId)),
  );
  const verdict = judge({
    promised:
      policy === "hold"
        ? { kind: "hold" }
        : { kind: "callbacks", maxPaidAttempts: 3, graceMs: CALLBACK_GRACE_MS },
    acknowledged: [],
    books,
    ledger: lines,
  });
  const expected = expectedStatus(crashCase);
  const statuses = books.map(({ status }) => status);
  return {
    crashCase,
    statuses,
    accepted: lines.filter(({ event }) => event === "accepted").length,
    against: [
      ...verdict.findings.flatMap(({ question, against }) =>
        against.map((line) => `${question}: ${line}`),
      ),
      ...(books.length === prompts.length
        ? []
        : [`${books.length} generations of ${prompts.length} requests`]),
      ...statuses
        .filter((status) => status !== expected)
        .map((status) => `${status} instead of ${expected}`),
    ],
  };
}

/** Works through a list with so many at a time. */
async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
