import { CATALOG, findModel } from "../catalog/index.ts";
import type { Catalog, PriceRule } from "../catalog/index.ts";
import { hasAny } from "../payload/input-fields.ts";
import type { UncheckedRequest } from "../payload/index.ts";

/** What a request is expected to cost. An estimate from a dated snapshot, never a live price. */
export interface CreditEstimate {
  /**
   * Credits for one finished video; a failed one is meant to cost none [doc]. Where the length of a
   * source counts, which nobody knows here, the most that is billed.
   */
  readonly credits: number;
  /** The day on which the price was read, `YYYY-MM-DD`. */
  readonly catalogDate: string;
}

/**
 * Estimates the credits of one request.
 *
 * @param request - a validated request; a {@link GenerationRequest} fits
 * @param catalog - whose prices count
 * @defaultValue catalog {@link CATALOG}
 * @returns null when the catalog has no price for it: an unknown model, or a value that only an
 * unchecked request can have.
 */
export function estimateCredits(
  request: UncheckedRequest,
  catalog: Catalog = CATALOG,
): CreditEstimate | null {
  const entry = findModel(request.model, catalog);
  if (entry === null) return null;
  const credits = priceOf(entry.price, request.input);
  return credits === null ? null : { credits, catalogDate: entry.priceSnapshotDate };
}

function priceOf(rule: PriceRule, input: UncheckedRequest["input"]): number | null {
  if (rule.per === "job") return creditsAt(rule.credits, input[rule.by] ?? rule.default);
  const rate = rule.rates.find(({ with: field }) => field === undefined || hasAny(input, [field]));
  if (rate === undefined) return null;
  const seconds = rate.billedSeconds ?? input["duration"] ?? rule.defaultSeconds;
  const perSecond = creditsAt(rate.credits, input[rule.by] ?? rule.default);
  return perSecond === null || typeof seconds !== "number" ? null : perSecond * seconds;
}

function creditsAt(credits: Readonly<Record<string, number>>, value: unknown): number | null {
  const each = typeof value === "string" && Object.hasOwn(credits, value) ? credits[value] : null;
  return each ?? null;
}
