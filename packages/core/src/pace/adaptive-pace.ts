/**
 * What is known of the pace that the upstream bears, in one lane. Rates are submits per second, times
 * milliseconds since the epoch. There is no such state until the first 429 of the lane.
 */
export interface PaceState {
  /** Attempts begin no faster. */
  readonly pace: number;
  /** What was accepted per second when the pace was last cut; 0 before that, and once disproved. */
  readonly limit: number;
  /** The share of 429s that comes whatever the pace is. */
  readonly tolerated: number;
  /**
   * Cuts in a row of which it is not known yet whether they helped: how many, and the pace and the
   * share of 429s before the first.
   */
  readonly cutCount: number;
  readonly cutFrom: number;
  readonly cutShare: number;
  /**
   * The window that is being judged. It may begin later than now: answers that come before tell of
   * the pace before.
   */
  readonly from: number;
  readonly answers: number;
  readonly throttled: number;
}

/** The answer to one submit: accepted, or 429. All others say nothing of the pace. */
export interface PacedAnswer {
  readonly at: number;
  /** From its begin to its answer. */
  readonly latencyMs: number;
  readonly isThrottled: boolean;
}

const MIN_WINDOW_MS = 1_000;
const MAX_WINDOW_MS = 20_000;
/** Where nothing is known yet. */
const MIN_ANSWERS_AT_FIRST = 5;
const MIN_ANSWERS = 20;
const MIN_ANSWERS_BEHIND_A_CUT = 50;
/** Near the limit few 429s among many answers have to be told from chance. */
const MIN_ANSWERS_NEAR = 100;
/** A share of 429s above what is tolerated by more than this, and by three deviations, is too much. */
const MARGIN = 0.01;
const DEVIATIONS = 3;
const CUT_TO = 0.7;
const VAIN_CUTS = 3;
/** Of an upstream that refuses nearly all nothing is to be had by more submits. */
const MOST_TOLERATED = 0.9;
const CLIMB = 1.3;
const NEAR = 0.95;
/** Per second, near the limit. */
const CREEP = 0.002;
/** A limit that was passed by so much without a cut is none. */
const DISPROVED = 1.1;
/** What is tolerated fades with each window that had less. */
const TOLERANCE_KEPT = 0.995;
const SLOWEST = 1;
/** From here on a lane counts as one without a limit. */
const FASTEST = 1_000;
/** Of what was out when the first 429 came. */
const FIRST_SHARE = 0.125;
/** What began before a cut is answered within so many latencies of then. */
const LATENCIES_UNTIL_IT_TELLS = 2;
/** A pace that is not used is not tested either. */
const USED = 0.5;

/**
 * The pace after the first 429 of a lane: low, since nothing is known. It climbs by a third as soon
 * as a few are accepted.
 */
export function firstPace(
  inFlightCount: number,
  { at, latencyMs }: Omit<PacedAnswer, "isThrottled">,
): PaceState {
  return {
    pace: Math.max(SLOWEST, inFlightCount * FIRST_SHARE),
    limit: 0,
    tolerated: 0,
    ...NO_CUT,
    from: at + LATENCIES_UNTIL_IT_TELLS * latencyMs,
    answers: 0,
    throttled: 0,
  };
}

/**
 * The pace after one more answer. Judged is a window of at least a second and 20 answers (5 before
 * anything is known, 50 behind a cut, 100 near the limit), at most 20 s.
 *
 * - One with clearly more 429s than are tolerated sets the limit to what was accepted in it per
 *   second, and the pace to 0.7 of that.
 * - The window behind a cut tells whether it helped. What is refused there does not follow our pace
 *   and is tolerated from then on. When a cut did not halve the share of 429s the pace is cut again;
 *   after three in vain it is restored, unless over 0.9 are refused: then it stays low.
 * - Any other window lets the pace climb: by 1.3 to 0.95 of the limit, and by 0.2 % per second from
 *   there. A limit that is passed by a tenth is forgotten.
 *
 * @returns null when the pace has become so fast that it limits nothing
 */
export function afterAnswer(state: PaceState, answer: PacedAnswer): PaceState | null {
  const ageMs = answer.at - state.from;
  if (ageMs < 0) return state;
  const answers = state.answers + 1;
  const throttled = state.throttled + (answer.isThrottled ? 1 : 0);
  const current = { ...state, answers, throttled };
  const isFull = answers >= answersToJudge(state) && ageMs >= MIN_WINDOW_MS;
  if (!isFull && ageMs < MAX_WINDOW_MS) return current;
  const next = judged(current, answer, ageMs);
  return next.pace < FASTEST ? next : null;
}

function answersToJudge({ pace, limit, cutCount }: PaceState): number {
  if (cutCount > 0) return MIN_ANSWERS_BEHIND_A_CUT;
  if (limit === 0) return MIN_ANSWERS_AT_FIRST;
  return pace >= NEAR * limit ? MIN_ANSWERS_NEAR : MIN_ANSWERS;
}

function judged(state: PaceState, answer: PacedAnswer, ageMs: number): PaceState {
  const { answers, throttled, tolerated, cutCount } = state;
  const share = throttled / answers;
  const acceptedPerSecond = ((answers - throttled) * 1_000) / ageMs;
  const next = { ...state, from: answer.at, answers: 0, throttled: 0 };
  if (cutCount > 0 && share > tolerated && share * 2 >= state.cutShare) {
    if (cutCount < VAIN_CUTS || share > MOST_TOLERATED) {
      return cut(next, acceptedPerSecond, answer);
    }
    const { cutFrom: pace } = state;
    return startedAnew({ ...next, ...NO_CUT, pace, limit: 0, tolerated: share }, answer);
  }
  const expected = tolerated + MARGIN;
  const deviation = Math.sqrt((expected * (1 - expected)) / answers);
  if (cutCount === 0 && share > expected + DEVIATIONS * deviation) {
    const series = { cutFrom: state.pace, cutShare: share };
    return cut({ ...next, ...series }, acceptedPerSecond, answer);
  }
  const isUsed = answers * 1_000 >= USED * state.pace * ageMs;
  // What is refused behind a cut does not follow our pace.
  const isRaised = cutCount > 0 && share > tolerated;
  const kept = isRaised ? share : share < tolerated ? tolerated * TOLERANCE_KEPT : tolerated;
  const climbing = isUsed ? climbed(next, ageMs) : next;
  return { ...climbing, ...NO_CUT, tolerated: kept };
}

const NO_CUT = { cutCount: 0, cutFrom: 0, cutShare: 0 };

function cut(state: PaceState, acceptedPerSecond: number, answer: PacedAnswer): PaceState {
  const limit = Math.max(SLOWEST, acceptedPerSecond);
  const pace = Math.max(SLOWEST, CUT_TO * limit);
  return startedAnew({ ...state, limit, pace, cutCount: state.cutCount + 1 }, answer);
}

/** The next window begins when what began before is answered. */
function startedAnew(state: PaceState, { at, latencyMs }: Pick<PacedAnswer, "at" | "latencyMs">) {
  return { ...state, from: at + LATENCIES_UNTIL_IT_TELLS * latencyMs };
}

function climbed(state: PaceState, ageMs: number): PaceState {
  const { pace, limit } = state;
  if (limit === 0) return { ...state, pace: pace * CLIMB };
  const near = NEAR * limit;
  if (pace < near) return { ...state, pace: Math.min(pace * CLIMB, near) };
  const crept = pace * (1 + (CREEP * ageMs) / 1_000);
  return { ...state, pace: crept, limit: crept > DISPROVED * limit ? 0 : limit };
}
