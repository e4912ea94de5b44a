import { VARIANTS, type Variant } from "./variants.ts";

/** What a run is made of. */
export interface ChaosSettings {
  /** All variants together, milliseconds. */
  readonly durationMs: number;
  /** In each variant. */
  readonly redisRestarts: number;
  readonly seed: number;
  readonly variants: readonly Variant[];
  /** A module that breaks a rule of the product on purpose, or null. */
  readonly preload: string | null;
}

const DEFAULT_MINUTES = 20;
const MINUTES_PER_RESTART = 2;

/** The rules that `CHAOS_BREAK` can break. */
export const BREAKABLE_RULES = ["skip-intent", "resend-on-redelivery", "retry-at-once"] as const;

/**
 * Reads `CHAOS_MINUTES` (20), `CHAOS_SEED` (of the day), `CHAOS_VARIANT` (all) and `CHAOS_BREAK`
 * (none).
 *
 * @throws {Error} that names what is wrong
 */
export function chaosSettings(env: Readonly<Record<string, string | undefined>>): ChaosSettings {
  const minutes = positive("CHAOS_MINUTES", env["CHAOS_MINUTES"] || String(DEFAULT_MINUTES));
  const seed = positive("CHAOS_SEED", env["CHAOS_SEED"] || String(Math.floor(Date.now() / 864e5)));
  const name = env["CHAOS_VARIANT"] || null;
  const variants = VARIANTS.filter((variant) => name === null || variant.name === name);
  if (variants.length === 0) {
    const names = VARIANTS.map((variant) => `"${variant.name}"`).join(", ");
    throw new Error(`CHAOS_VARIANT: must be one of ${names}`);
  }
  const rule = env["CHAOS_BREAK"] || null;
  if (rule !== null && !(BREAKABLE_RULES as readonly string[]).includes(rule)) {
    throw new Error(`CHAOS_BREAK: must be one of ${BREAKABLE_RULES.join(", ")}`);
  }
  const minutesEach = minutes / variants.length;
  return {
    durationMs: minutes * 60_000,
    redisRestarts: Math.max(1, Math.floor(minutesEach / MINUTES_PER_RESTART)),
    seed,
    variants,
    preload: rule === null ? null : new URL(`broken/${rule}.js`, import.meta.url).href,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name}: must be a number above 0`);
}
