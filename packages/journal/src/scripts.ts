import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The verbs: each is one atomic change, one file in `lua/`. */
export const VERBS = [
  "enqueue",
  "begin",
  "requeue",
  "accept",
  "reject",
  "unconfirm",
  "end-grace",
  "settle",
  "hold",
  "snooze-poll",
  "cancel",
  "expire",
  "claim-polls",
  "list-due",
  "wake",
  "keep-hints",
  "take-round",
  "reserve-key",
  "release-key",
  "list-settled",
  "forget",
  "list",
  "attach",
  "resubmit",
  "abandon",
  "flight",
  "halt-lane",
  "resume-lane",
  "serve-lane",
  "refuse-polls",
  "allow-polls",
  "redrive",
  "note-callback",
  "claim-looks",
  "confirm",
  "miss-look",
  "claim-notifications",
  "note-delivery",
  "postpone-notification",
  "replay-notification",
] as const;

/** One of the verbs. */
export type Verb = (typeof VERBS)[number];

/** A script as it is sent: its text and the digest that Redis knows it by. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** All verbs, for servers that know script flags (Redis 7, Valkey) and for those that do not. */
export interface ScriptSet {
  readonly withFlags: Readonly<Record<Verb, Script>>;
  readonly plain: Readonly<Record<Verb, Script>>;
}

const LUA = new URL("../lua/", import.meta.url);
const INCLUDE = /^-- @include ([a-z-]+)$/gm;
const FLAGS = /^#!lua [^\n]*\n/;

/**
 * Reads the scripts and puts their includes in place.
 *
 * @param includes - replaces includes by name; tests give a clock of their own
 */
export function readScripts(includes: Readonly<Record<string, string>> = {}): ScriptSet {
  /** An include may have includes of its own. */
  const expand = (source: string): string =>
    source.replace(INCLUDE, (_, name: string) =>
      expand(includes[name] ?? readFileSync(new URL(`include/${name}.lua`, LUA), "utf8")),
    );
  const assemble = (verb: Verb, keepFlags: boolean): Script => {
    const whole = expand(readFileSync(new URL(`${verb}.lua`, LUA), "utf8"));
    const text = keepFlags ? whole : whole.replace(FLAGS, "");
    return { text, sha: createHash("sha1").update(text).digest("hex") };
  };
  const all = (keepFlags: boolean): Record<Verb, Script> =>
    Object.fromEntries(VERBS.map((verb) => [verb, assemble(verb, keepFlags)])) as Record<
      Verb,
      Script
    >;
  return { withFlags: all(true), plain: all(false) };
}
