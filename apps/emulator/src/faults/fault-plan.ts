import { fingerprintKey } from "../accounts.ts";
import { type Chance, STREAM } from "../chance.ts";
import type { Task } from "../tasks/task.ts";
import { type FaultSlot, slotOf } from "./fault-slot.ts";
import type { FaultCall, FaultRule } from "./fault-rule.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** What a rule can be matched against. */
export interface CallFacts {
  /** Fingerprint of the caller's key. */
  readonly key: string;
  readonly model: string | undefined;
  readonly promptSha256: string | undefined;
  /** The task that a status call names or a callback is about, if there is one. */
  readonly task: Task | undefined;
  /** Ordinal of that task, or of the one that a submit is about to make. */
  readonly ordinal: number | undefined;
}

/** A rule that strikes a call. */
export interface FaultHit<R extends FaultRule = FaultRule> {
  readonly rule: R;
  /** Until the limiter has a token again; 0 for every other kind. */
  readonly waitMs: number;
}

/** How often a rule has struck. */
export interface FaultCount {
  readonly rule: FaultRule;
  /** Calls that matched and were not taken by an earlier rule. */
  readonly matchedCount: number;
  readonly struckCount: number;
}

interface ArmedRule {
  readonly rule: FaultRule;
  readonly index: number;
  readonly keyFingerprint: string | undefined;
  readonly buckets: TokenBuckets | undefined;
  matchedCount: number;
  struckCount: number;
}

/**
 * The rules in force and their counts. Rules are asked in the order of the list; where only one
 * can strike, the first one does, and the call does not count for the rules behind it. What a
 * rule draws depends on the seed, its place in the list and its own count alone.
 */
export class FaultPlan {
  readonly #armed: readonly ArmedRule[];
  readonly #bySlot = new Map<string, readonly ArmedRule[]>();
  readonly #chance: Chance;

  constructor(rules: readonly FaultRule[], chance: Chance) {
    this.#chance = chance;
    this.#armed = rules.map(arm);
    for (const armed of this.#armed) {
      const slot = `${armed.rule.on}/${slotOf(armed.rule)}`;
      this.#bySlot.set(slot, [...(this.#bySlot.get(slot) ?? []), armed]);
    }
  }

  /** Whether there is no rule at all, the case to be quick in. */
  get isEmpty(): boolean {
    return this.#armed.length === 0;
  }

  /** @returns the first rule of a slot that strikes. */
  drawOne(on: FaultCall, slot: FaultSlot, facts: CallFacts, nowMs: number): FaultHit | undefined {
    for (const armed of this.#bySlot.get(`${on}/${slot}`) ?? []) {
      const hit = this.#ask(armed, facts, nowMs);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** @returns every rule of a slot that strikes. */
  drawAll(on: FaultCall, slot: FaultSlot, facts: CallFacts, nowMs: number): readonly FaultHit[] {
    const armedRules = this.#bySlot.get(`${on}/${slot}`) ?? [];
    return armedRules.flatMap((armed) => this.#ask(armed, facts, nowMs) ?? []);
  }

  /** @returns every rule with its counts. */
  counts(): readonly FaultCount[] {
    return this.#armed.map(({ rule, matchedCount, struckCount }) => ({
      rule,
      matchedCount,
      struckCount,
    }));
  }

  #ask(armed: ArmedRule, facts: CallFacts, nowMs: number): FaultHit | undefined {
    const { rule } = armed;
    if (!isMatch(armed, facts, nowMs)) return undefined;
    const order = armed.matchedCount;
    armed.matchedCount += 1;
    if (rule.kind === "rate_limit") {
      const waitMs = armed.buckets?.take(facts.key, nowMs) ?? 0;
      if (waitMs === 0) return undefined;
      armed.struckCount += 1;
      return { rule, waitMs };
    }
    if (order < (rule.skip ?? 0) || armed.struckCount >= (rule.times ?? Infinity)) return undefined;
    const draw = isDrawnByTask(rule) ? (facts.ordinal ?? 0) : order;
    if (this.#chance.draw(STREAM.fault, draw, armed.index) >= (rule.rate ?? 1)) return undefined;
    armed.struckCount += 1;
    return { rule, waitMs: 0 };
  }
}

/**
 * Whether a task's own ordinal decides, and not the order of the calls. One draw decides for a
 * task's whole invisible time, else some of its calls would get through; and tasks end in an order
 * that the seed does not fix, while what becomes of the n-th one's callback is to be repeatable.
 */
function isDrawnByTask(rule: FaultRule): boolean {
  return rule.on === "callback" || rule.kind === "not_found_for";
}

/** A task and its submitter, for rules about calls and callbacks that name it. */
export function factsOf(task: Task): CallFacts {
  const { key, model, promptSha256, ordinal } = task;
  return { key, model, promptSha256, task, ordinal };
}

function arm(rule: FaultRule, index: number): ArmedRule {
  const key = rule.match?.key;
  return {
    rule,
    index,
    keyFingerprint: key === undefined ? undefined : fingerprintKey(key),
    buckets:
      rule.kind === "rate_limit" ? new TokenBuckets(rule.per_second, rule.burst ?? 1) : undefined,
    matchedCount: 0,
    struckCount: 0,
  };
}

function isMatch({ rule, keyFingerprint }: ArmedRule, facts: CallFacts, nowMs: number): boolean {
  const { match } = rule;
  if (match !== undefined) {
    const { model, key, prompt_sha256: promptSha256, task_id: taskId } = match;
    if (model !== undefined && model !== facts.model) return false;
    if (key !== undefined && key !== facts.key && keyFingerprint !== facts.key) return false;
    if (promptSha256 !== undefined && promptSha256 !== facts.promptSha256) return false;
    if (taskId !== undefined && taskId !== facts.task?.id) return false;
  }
  if (rule.kind !== "not_found_for") return true;
  if (facts.task === undefined) return false;
  return rule.calls === undefined
    ? nowMs - facts.task.createdAtMs < (rule.ms ?? 0)
    : facts.task.statusCallCount <= rule.calls;
}
