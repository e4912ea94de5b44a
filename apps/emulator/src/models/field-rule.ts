/** Says what is wrong with a field's value, or nothing when it is fine. */
export type FieldRule = (value: unknown, name: string) => string | undefined;

/** A string with something in it. */
export const text: FieldRule = (value, name) => {
  if (typeof value !== "string") return `${name} must be a string`;
  return value.trim() === "" ? `${name} must not be empty` : undefined;
};

/** One of the listed strings or numbers; `"8"` is not `8`. */
export function oneOf(...allowed: readonly (string | number)[]): FieldRule {
  return (value, name) =>
    allowed.some((candidate) => candidate === value)
      ? undefined
      : `${name} must be one of: ${allowed.join(", ")}`;
}

/** A whole number, both ends included. */
export function wholeNumber(min: number, max: number): FieldRule {
  return (value, name) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `${name} must be a whole number from ${min} to ${max}`;
}

/** True or false. */
export const boolean: FieldRule = (value, name) =>
  typeof value === "boolean" ? undefined : `${name} must be true or false`;

/** A list of http or https URLs; how many may be in it depends on the mode. */
export const mediaUrls: FieldRule = (value, name) => {
  if (!Array.isArray(value)) return `${name} must be an array of URLs`;
  const badIndex = value.findIndex((entry) => !isWebUrl(entry));
  return badIndex === -1 ? undefined : `${name}[${badIndex}] must be an http or https URL`;
};

/** One http or https URL. */
export const webUrl: FieldRule = (value, name) =>
  isWebUrl(value) ? undefined : `${name} must be an http or https URL`;

function isWebUrl(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol } = new URL(value);
  return protocol === "http:" || protocol === "https:";
}
