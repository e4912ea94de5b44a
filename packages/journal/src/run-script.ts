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

/**
 * Prepares the scripts for a connection. Nothing is asked of the server first: one that does not know
 * script flags says so at the first use, before anything is run.
 */
export function createScriptRunner(redis: JournalConnection, scripts: ScriptSet): ScriptRunner {
  let chosen = scripts.withFlags;

  const callScript = async (
    script: Script,
    key: string,
    args: readonly Argument[],
  ): Promise<Reply> => {
    try {
      return (await redis.evalsha(script.sha, 1, key, ...args)) as Reply;
    } catch (error) {
      if (!isMissingScript(error)) throw error;
      return (await redis.eval(script.text, 1, key, ...args)) as Reply;
    }
  };

  const call = async (verb: Verb, key: string, args: readonly Argument[]): Promise<Reply> => {
    try {
      return await callScript(chosen[verb], key, args);
    } catch (error) {
      if (chosen === scripts.plain || !isUnknownSyntax(error)) throw error;
      chosen = scripts.plain;
      return callScript(chosen[verb], key, args);
    }
  };

  const callAll = async (
    verb: Verb,
    key: string,
    calls: readonly (readonly Argument[])[],
  ): Promise<Reply[]> => {
    const { sha } = chosen[verb];
    const pipeline = redis.pipeline();
    for (const args of calls) pipeline.evalsha(sha, 1, key, ...args);
    const answers = (await pipeline.exec()) ?? [];
    const replies: Reply[] = [];
    for (const [index, args] of calls.entries()) {
      const [error, reply] = answers[index] ?? [new Error("no answer in the pipeline"), null];
      if (error !== null && !isMissingScript(error)) throw error;
      replies.push(error === null ? (reply as Reply) : await call(verb, key, args));
    }
    return replies;
  };

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isOffline(redis)) {
      throw new JournalError("not_reached", "no connection to Redis");
    }
    try {
      return await work();
    } catch (error) {
      throw toJournalError(error);
    }
  };

  return {
    run: (verb, key, args) => guarded(() => call(verb, key, args)),
    runMany: (verb, key, calls) =>
      guarded(async () => {
        const [first, ...rest] = calls;
        if (first === undefined) return [];
        // The first call makes sure that the server knows the script.
        const replies: Reply[] = [await call(verb, key, first)];
        if (rest.length === 0) return replies;
        try {
          replies.push(...(await callAll(verb, key, rest)));
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

/** Redis before 7 takes the line with the flags for Lua. */
function isUnknownSyntax(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Error compiling script");
}
