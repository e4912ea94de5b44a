/** @returns the middle value, of an even number the lower of the two; NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, (values.length - 1) / 2);
}

/** @returns the value below which the share `p` (0 to 1) of the values lies; NaN for none. */
export function percentile(values: readonly number[], p: number): number {
  return quantile(values, Math.min(values.length - 1, p * values.length));
}

function quantile(values: readonly number[], index: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(index)] ?? Number.NaN;
}
