import type { ModelInput } from "./model.ts";

/** A field of `input` that is there. */
export function has(input: ModelInput, name: string): boolean {
  return input[name] !== undefined;
}

/** What is wrong with the length of a list that has passed its rule, or nothing. */
export function wrongCount(
  input: ModelInput,
  name: string,
  min: number,
  max: number,
): string | undefined {
  const list = input[name];
  if (!Array.isArray(list) || (list.length >= min && list.length <= max)) return undefined;
  const count =
    min === max ? String(min) : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  return `${name} takes ${count}`;
}

/** The first of these fields that is there, refused. */
export function refuseAny(
  input: ModelInput,
  names: readonly string[],
  because: string,
): string | undefined {
  const name = names.find((one) => has(input, one));
  return name === undefined ? undefined : `${name} is not supported ${because}`;
}

/** The resolution of an input that has passed its rules, or what counts when it is absent. */
export function resolutionOf(input: ModelInput, otherwise: string): string {
  return typeof input["resolution"] === "string" ? input["resolution"] : otherwise;
}

/** A whole number of the input, or what counts when it is absent. */
export function secondsOf(input: ModelInput, otherwise: number): number {
  return typeof input["duration"] === "number" ? input["duration"] : otherwise;
}
