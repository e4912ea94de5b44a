import type { WrongInput } from "../cli-error.ts";
import { printable } from "../output/printable.ts";
import { inputLabel, renamedInputFields } from "./input-flags.ts";
import { optionLabel } from "./option-flags.ts";

/** A refused field, as core and the gateway tell it. */
interface RefusedField {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Tells refused fields in the terms of the command line: `/input/image_urls/1` is `--image (2nd)`.
 *
 * @param rawFields - fields of the input that came with `--input`, which have no flag to point at
 */
export function inTermsOfFlags(
  errors: readonly RefusedField[],
  rawFields: ReadonlySet<string> = new Set(),
): WrongInput[] {
  return errors.map(({ pointer, code, message }) => ({
    label: printable(labelOf(pointer, rawFields)),
    pointer,
    code,
    message: printable(withFlagNames(message)),
  }));
}

function labelOf(pointer: string, rawFields: ReadonlySet<string>): string {
  const [first = "", second, ...rest] = pointer.split("/").slice(1).map(unescaped);
  if (first === "") return "the request";
  if (first === "model") return "model";
  // A header; everything else is in the body.
  if (first === "idempotency-key") return "--idempotency-key";
  if (first !== "input") {
    const label = optionLabel(first) ?? first;
    return [label, second, ...rest].filter((part) => part !== undefined).join(" ");
  }
  if (second === undefined) return "--input";
  const label = rawFields.has(second) ? null : inputLabel(second);
  if (label === null) return `--input ${pointer.slice("/input".length)}`;
  const [index, ...deeper] = rest;
  if (index === undefined) return label;
  return [`${label} (${ordinal(Number(index) + 1)})`, ...deeper].join(" ");
}

/** RFC 6901 writes `/` and `~` of a name as escapes. */
function unescaped(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIXES: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd" };

function ordinal(count: number): string {
  return `${count}${SUFFIXES[ORDINALS.select(count)] ?? "th"}`;
}

/** Core speaks of the fields as the upstream names them. */
function withFlagNames(message: string): string {
  return renamedInputFields().reduce(
    (text, [field, flag]) => text.replaceAll(field, flag),
    message,
  );
}
