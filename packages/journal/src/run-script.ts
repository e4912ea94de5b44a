import type { Cluster, Redis } from "ioredis";

import { JournalError, toJournalError } from "./journal-error.ts";
import type { Script, ScriptSet, Verb } from "./scripts.ts";

/** A connection that the journal may use; it is not closed by the journal. */
export type JournalConnection = Redis | Cluster;

/** What a script answers: text, whole numbers as text, lists of them. */
export type Reply = readonly (string | Reply)[];

type Argument = string | number;

/** Calls the verbs on one connection. */
export interface ScriptRunner {
  /** @throws {JournalError} */
  run(verb: Verb, key: string, args: readonly Argument[]): Promise<Reply>;
  /**
   * The same verb many times, in two round trips. Not atomic: each call is.
   * @throws {JournalError} `unknown` when some of the calls were run.
   */
  runMany(verb: Verb, key: string, calls: readonly (readonly Argument[])[]): Promise<Reply[]>;
}

/** Prepares the scripts for a connection. The server's version is asked once, at the first use. */
export function createScriptRunner(redis: JournalConnection, scripts: ScriptSet): ScriptRunner {
  let chosen: Readonly<Record<Verb, Script>> | null = null;
  const choose = async (): Promise<Readonly<Record<Verb, Script>>> =>
    (chosen ??= (await majorVersion(redis)) >= 7 ? scripts.withFlags : scripts.plain);

  const call = async (script: Script, key: string, args: readonly Argument[]): Promise<Reply> => {
    try {
      return (await redis.evalsha(script.sha, 1, key, ...args)) as Reply;
    } catch (error) {
      if (!isMissingScript(error)) throw error;
      return (await redis.eval(script.text, 1, key, ...args)) as Reply;
    }
  };

  const callAll = async (
    script: Script,
    key: string,
    calls: readonly (readonly Argument[])[],
  ): Promise<Reply[]> => {
    const pipeline = redis.pipeline();
    for (const args of calls) pipeline.evalsha(script.sha, 1, key, ...args);
    const answers = (await pipeline.exec()) ?? [];
    const replies: Reply[] = [];
    for (const [index, args] of calls.entries()) {
      const [error, reply] = answers[index] ?? [new Error("no answer in the pipeline"), null];
      if (error !== null && !isMissingScript(error)) throw error;
      replies.push(error === null ? (reply as Reply) : await call(script, key, args));
    }
    return replies;
  };

  const guarded = async <T>(
    work: (set: Readonly<Record<Verb, Script>>) => Promise<T>,
  ): Promise<T> => {
    if (isOffline(redis)) {
      throw new JournalError("not_reached", "no connection to Redis");
    }
    try {
      return await work(await choose());
    } catch (error) {
      throw toJournalError(error);
    }
  };

  return {
    run: (verb, key, args) => guarded((set) => call(set[verb], key, args)),
    runMany: (verb, key, calls) =>
      guarded(async (set) => {
        const script = set[verb];
        const [first, ...rest] = calls;
        if (first === undefined) return [];
        // The first call makes sure that the server knows the script.
        const replies: Reply[] = [await call(script, key, first)];
        if (rest.length === 0) return replies;
        try {
          replies.push(...(await callAll(script, key, rest)));
        } catch {
          // Some of them were run by then, so no failure of the rest means that nothing was.
          throw new JournalError("unknown", "a batch stopped half-way");
        }
        return replies;
      }),
  };
}

/** A connection that does not queue while it is down has not sent anything then. */
function isOffline(redis: JournalConnection): boolean {
  return redis.options.enableOfflineQueue === false && redis.status !== "ready";
}

function isMissingScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

async function majorVersion(redis: JournalConnection): Promise<number> {
  const info = await redis.info("server");
  return Number(/^redis_version:(\d+)/m.exec(info)?.[1] ?? 7);
}
