/** A heartbeat of one loop. */
export interface Progress {
  /** The loop got something done, or saw that there was nothing to do. */
  mark(): void;
  /** The loop ended on purpose and is no longer waited for. */
  stop(): void;
}

/** One loop that has not moved for too long. */
export interface StaleLoop {
  readonly name: string;
  readonly age_ms: number;
  readonly max_age_ms: number;
}

/** The answer of `/healthz`. */
export interface HealthReport {
  readonly status: "ok" | "stale";
  readonly stale: readonly StaleLoop[];
}

/** The answer of `/readyz`. */
export interface ReadinessReport {
  readonly status: "ready" | "not_ready";
  /** `starting`, `draining`, or the names of what is not there. */
  readonly reasons: readonly string[];
}

/** Whether a process is alive and whether it wants work. Alive means progress, not a reply. */
export interface Health {
  /**
   * Registers a loop; registering counts as its first mark.
   *
   * @param maxAgeMs - the longest time between two marks of a healthy loop
   */
  progress(name: string, maxAgeMs: number): Progress;
  /** Something without which the process is not ready, asked at each `/readyz`. */
  requires(name: string, isThere: () => boolean | Promise<boolean>): void;
  /** All of it runs. */
  markStarted(): void;
  /** It takes no more work and is about to end. Loops that end stop their heartbeat themselves. */
  markDraining(): void;
  health(): HealthReport;
  readiness(): Promise<ReadinessReport>;
}

/** How long a requirement may take to answer before it counts as missing. */
const REQUIREMENT_LIMIT_MS = 1_000;

/** What health is measured with. */
export interface HealthOptions {
  /** Milliseconds of a clock that never jumps. @defaultValue `performance.now` */
  readonly now?: () => number;
  /** @defaultValue 1000 */
  readonly requirementLimitMs?: number;
}

interface Loop {
  readonly name: string;
  readonly maxAgeMs: number;
  markedAt: number;
}

/** A process starts out alive and not ready. */
export function createHealth(options: HealthOptions = {}): Health {
  const { now = () => performance.now(), requirementLimitMs = REQUIREMENT_LIMIT_MS } = options;
  const loops = new Set<Loop>();
  const requirements: { name: string; isThere: () => boolean | Promise<boolean> }[] = [];
  let phase: "starting" | "started" | "draining" = "starting";

  return {
    progress(name, maxAgeMs) {
      const loop: Loop = { name, maxAgeMs, markedAt: now() };
      loops.add(loop);
      return {
        mark: () => void (loop.markedAt = now()),
        stop: () => void loops.delete(loop),
      };
    },
    requires: (name, isThere) => void requirements.push({ name, isThere }),
    markStarted: () => void (phase = phase === "starting" ? "started" : phase),
    markDraining: () => void (phase = "draining"),
    health() {
      const time = now();
      const stale = [...loops]
        .map(({ name, maxAgeMs, markedAt }) => ({
          name,
          age_ms: Math.round(time - markedAt),
          max_age_ms: maxAgeMs,
        }))
        .filter(({ age_ms, max_age_ms }) => age_ms > max_age_ms);
      return { status: stale.length === 0 ? "ok" : "stale", stale };
    },
    async readiness() {
      const missing = await Promise.all(
        requirements.map(async ({ name, isThere }) =>
          (await answersYes(isThere, requirementLimitMs)) ? [] : [name],
        ),
      );
      const reasons = [...(phase === "started" ? [] : [phase]), ...missing.flat()];
      return { status: reasons.length === 0 ? "ready" : "not_ready", reasons };
    },
  };
}

/** No answer, a late one and an error are all a no. */
async function answersYes(
  isThere: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([isThere(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
