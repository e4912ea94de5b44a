import type { EnqueueOptions } from "@apidot-queue/core";
import { Option } from "commander";

import { CliError } from "../cli-error.ts";
import { parseDuration } from "../output/duration.ts";
import { collected, type GivenFlags } from "./input-flags.ts";

/** How one option of a generation is given. */
interface OptionFlag {
  readonly flags: string;
  readonly help: string;
  /** The field of the body. */
  readonly field: string;
  readonly isList?: boolean;
  /** @defaultValue the text itself */
  readonly read?: (given: unknown) => unknown;
}

/** One flag for each option that core knows: one more or less there does not compile here. */
const OPTION_FLAGS = {
  userId: { flags: "--user <id>", field: "user_id", help: "your own user that it is for" },
  metadata: {
    flags: "--metadata <key=value>",
    field: "metadata",
    help: "a fact that comes back with the record; once for each",
    isList: true,
    read: readMetadata,
  },
  priority: {
    flags: "--priority <priority>",
    field: "priority",
    help: "high, normal or low among those that wait",
  },
  lane: { flags: "--lane <lane>", field: "lane", help: "the lane that works it" },
  deadlineMs: {
    flags: "--deadline <duration>",
    field: "deadline_ms",
    help: "how long the task may run once submitted, such as 30m",
    read: readDeadline,
  },
  notifyUrl: {
    flags: "--notify-url <url>",
    field: "notify_url",
    help: "kept with the record; notifications come with a later version",
  },
} as const satisfies Record<keyof EnqueueOptions, OptionFlag>;

const FLAGS: readonly OptionFlag[] = Object.values(OPTION_FLAGS);

/** @returns the flags of the options, new ones for each command. */
export function enqueueOptions(): Option[] {
  return FLAGS.map(optionOf);
}

/**
 * @returns the fields of the body that the flags give, and no other
 * @throws {CliError} `usage` for a text that does not have the form of its flag
 */
export function optionsFromFlags(given: GivenFlags): object {
  const fields = FLAGS.flatMap((flag): [string, unknown][] => {
    const value = given[optionOf(flag).attributeName()];
    return value === undefined ? [] : [[flag.field, flag.read?.(value) ?? value]];
  });
  return Object.fromEntries(fields);
}

/** How a field of the body is called on the command line; null for one that has no flag. */
export function optionLabel(field: string): string | null {
  const flag = FLAGS.find((candidate) => candidate.field === field);
  if (flag === undefined) return null;
  const name = flag.flags.split(" ")[0] ?? flag.flags;
  // Core counts in the unit of the field, which the flag does not show.
  return field.endsWith("_ms") ? `${name}, in milliseconds` : name;
}

function optionOf({ flags, help, isList = false }: OptionFlag): Option {
  const option = new Option(flags, help);
  return isList ? option.argParser(collected) : option;
}

/** `fromEntries` makes own keys of all names, `__proto__` included; core judges them. */
function readMetadata(given: unknown): Readonly<Record<string, string>> {
  const pairs = (given as readonly string[]).map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at < 1) throw new CliError("usage", "--metadata must have the form key=value");
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function readDeadline(given: unknown): number {
  return requireDuration("--deadline", String(given));
}

/** @returns milliseconds. @throws {CliError} `usage`, naming the flag, when `text` is no duration */
export function requireDuration(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new CliError("usage", `${flag} must be a duration with its unit, such as 90s, 10m or 1h`);
}
