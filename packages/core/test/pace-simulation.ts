import { afterAnswer, burstOf, firstPace, type PaceState } from "../src/pace/index.ts";

/** An upstream with a limit that nobody told us, and workers that submit as fast as they may. */
export interface PaceScenario {
  readonly seconds: number;
  /** Figures count from here on. @defaultValue 0 */
  readonly countedFromSecond?: number;
  /** Submits per second that the upstream bears, by the second. */
  readonly limitAt: (second: number) => number;
  /** How many it takes at once after a pause. */
  readonly limiterBurst: number;
  /** Each holds 16 submits at a time. */
  readonly workers: number;
  readonly meanLatencyMs: number;
  /** 429s that come whatever the pace is. @defaultValue 0 */
  readonly randomShare?: number;
  readonly rule: "adaptive" | "aimd";
}

/** What became of it. */
export interface PaceFigures {
  /** Accepted, of what the upstream would have borne. */
  readonly used: number;
  /** 429s among the answers. */
  readonly refused: number;
  /** Answers of either kind. */
  readonly answered: number;
}

interface Call {
  readonly begunAt: number;
  readonly doneAt: number;
  readonly isThrottled: boolean;
}

const CALLS_PER_WORKER = 16;
const TICK_MS = 5;

/** Runs a scenario on a clock of its own; the same every time. */
export function simulatePace(scenario: PaceScenario): PaceFigures {
  const random = seeded(1);
  const { seconds, limitAt, limiterBurst, workers, meanLatencyMs, randomShare = 0 } = scenario;
  const countedFrom = (scenario.countedFromSecond ?? 0) * 1_000;
  const rule = scenario.rule === "adaptive" ? adaptive() : aimd();
  let tokens = limiterBurst;
  let idealAt = 0;
  let calls: Call[] = [];
  const counts = { accepted: 0, refused: 0, borne: 0 };
  for (let at = 0; at < seconds * 1_000; at += TICK_MS) {
    const borne = (limitAt(at / 1_000) * TICK_MS) / 1_000;
    tokens = Math.min(limiterBurst, tokens + borne);
    const isCounted = at >= countedFrom;
    if (isCounted) counts.borne += borne;
    for (const call of calls.filter(({ doneAt }) => doneAt <= at)) {
      if (isCounted) counts[call.isThrottled ? "refused" : "accepted"] += 1;
      rule.answered(at, call, calls.length);
    }
    calls = calls.filter(({ doneAt }) => doneAt > at);
    while (calls.length < CALLS_PER_WORKER * workers) {
      const pace = rule.pace();
      if (pace !== null) {
        // As `begin` spaces them.
        const ahead = (1_000 / pace) * (burstOf(pace) - 1);
        idealAt = Math.min(Math.max(idealAt, at), at + ahead + 1_000 / pace);
        if (idealAt - at > ahead) break;
        idealAt += 1_000 / pace;
      }
      const isThrottled = random() < randomShare || tokens < 1;
      if (!isThrottled) tokens -= 1;
      const latencyMs = meanLatencyMs * (0.5 + random());
      calls.push({ begunAt: at, doneAt: at + latencyMs, isThrottled });
    }
  }
  return {
    used: counts.accepted / counts.borne,
    refused: counts.refused / (counts.refused + counts.accepted),
    answered: counts.refused + counts.accepted,
  };
}

interface PaceRule {
  pace(): number | null;
  answered(at: number, call: Call, inFlightCount: number): void;
}

function adaptive(): PaceRule {
  let state: PaceState | null = null;
  return {
    pace: () => state?.pace ?? null,
    answered: (at, { begunAt, isThrottled }, inFlightCount) => {
      const answer = { at, latencyMs: at - begunAt, isThrottled };
      if (state !== null) state = afterAnswer(state, answer);
      else if (isThrottled) state = firstPace(inFlightCount, answer);
    },
  };
}

/** The reference: half on each 429, one more per second after ten clean ones. */
function aimd(): PaceRule {
  let pace: number | null = null;
  let cutAt = 0;
  let cleanSince = 0;
  return {
    pace: () => pace,
    answered: (at, { begunAt, isThrottled }, inFlightCount) => {
      if (isThrottled) {
        cleanSince = at;
        if (begunAt < cutAt) return;
        pace = Math.max(1, (pace ?? inFlightCount) / 2);
        cutAt = at;
      } else if (pace !== null && at - cleanSince >= 10_000) {
        pace += 1;
        cleanSince = at;
      }
    },
  };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
