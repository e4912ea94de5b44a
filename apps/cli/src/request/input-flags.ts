import { CATALOG, type CatalogEntry, type GenerationRequest } from "@apidot-queue/core";
import { Option } from "commander";

type FieldsOf<Input> = Input extends unknown ? keyof Input : never;

/** Every field that the input of some model has. */
type InputField = FieldsOf<GenerationRequest["input"]>;

/** How one field of the input is given. */
interface InputFlag {
  /** As commander reads it; null for the argument behind the model. */
  readonly flags: string | null;
  readonly help: string;
  /** Whether it is given once for each member of a list. */
  readonly isList?: boolean;
  /** What the text stands for; undefined leaves the field out. @defaultValue the text itself */
  readonly read?: (text: string) => unknown;
}

/**
 * One flag for each field of every model: a field more or less in core does not compile here. The
 * values are those of the catalog; which of them a model takes is for core to say.
 */
const INPUT_FLAGS = {
  prompt: { flags: null, help: "what the video shows" },
  generate_type: {
    flags: "--mode <mode>",
    help: "of Veo 3.1, what it starts from: text, frame, reference (text when left out)",
    // The upstream has no word for text: the field is left out.
    read: (text) => (text === "text" ? undefined : text),
  },
  image_urls: {
    flags: "--image <url>",
    help: "an image to start from; once for each, in their order",
    isList: true,
  },
  resolution: {
    flags: "--resolution <resolution>",
    help: choices(({ resolutions }) => resolutions),
  },
  aspect_ratio: {
    flags: "--aspect-ratio <ratio>",
    help: choices(({ aspectRatios }) => aspectRatios),
  },
  duration: {
    flags: "--duration <seconds>",
    help: `length in seconds: ${choices(({ durationsSeconds }) => durationsSeconds)}`,
    read: numberIn,
  },
  reference_image_urls: {
    flags: "--reference-image <url>",
    help: "an image to resemble; once for each",
    isList: true,
  },
  reference_video_urls: {
    flags: "--reference-video <url>",
    help: "a video to resemble; once for each",
    isList: true,
  },
  reference_audio_urls: {
    flags: "--reference-audio <url>",
    help: "a sound to resemble; once for each",
    isList: true,
  },
  video_url: { flags: "--video <url>", help: "a video to change" },
  generate_audio: {
    flags: "--generate-audio <boolean>",
    help: "whether it has sound: true, false",
    read: booleanIn,
  },
  audio_setting: {
    flags: "--audio-setting <setting>",
    help: "the sound of a changed video: auto, origin",
  },
  seed: { flags: "--seed <number>", help: "the same seed gives a similar video", read: numberIn },
  enable_safety_checker: {
    flags: "--enable-safety-checker <boolean>",
    help: "whether the upstream checks the content: true, false",
    read: booleanIn,
  },
} as const satisfies Record<InputField, InputFlag>;

/** What is no number goes to core as it is, which says what it should be. */
function numberIn(text: string): unknown {
  return /^-?\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : text;
}

function booleanIn(text: string): unknown {
  if (text !== "true" && text !== "false") return text;
  return text === "true";
}

const ENTRIES: readonly (readonly [string, InputFlag])[] = Object.entries(INPUT_FLAGS);

/** What was given on a command line, by the name that commander gives each flag. */
export type GivenFlags = Readonly<Record<string, unknown>>;

/** @returns what the prompt is, for a command's help. */
export function promptHelp(): string {
  return INPUT_FLAGS.prompt.help;
}

/** @returns the flags of the input, new ones for each command. */
export function inputOptions(): Option[] {
  return ENTRIES.flatMap(([, flag]) => (flag.flags === null ? [] : [optionOf(flag)]));
}

/** @returns the fields that the prompt and the flags give, and no other. */
export function inputFromFlags(prompt: string | undefined, given: GivenFlags): object {
  const fields = ENTRIES.flatMap(([field, flag]): [string, unknown][] => {
    const value = flag.flags === null ? prompt : given[optionOf(flag).attributeName()];
    if (value === undefined) return [];
    if (typeof value !== "string" || flag.read === undefined) return [[field, value]];
    const read = flag.read(value);
    return read === undefined ? [] : [[field, read]];
  });
  return Object.fromEntries(fields);
}

/** How a field of the input is called on the command line; null for one that has no flag. */
export function inputLabel(field: string): string | null {
  const flag = ENTRIES.find(([name]) => name === field)?.[1];
  if (flag === undefined) return null;
  return flag.flags === null ? field : longName(flag.flags);
}

/** @returns the names of the fields whose flag is called otherwise than they are. */
export function renamedInputFields(): readonly (readonly [string, string])[] {
  return ENTRIES.flatMap(([field, { flags }]) =>
    flags === null || !field.includes("_") ? [] : [[field, longName(flags)] as const],
  );
}

function optionOf({ flags, help, isList = false }: InputFlag): Option {
  const option = new Option(flags ?? "", help);
  return isList ? option.argParser(collected) : option;
}

/** Adds one value to those that the flag had before. */
export function collected(text: string, before: unknown): string[] {
  return [...(Array.isArray(before) ? (before as string[]) : []), text];
}

function longName(flags: string): string {
  return flags.split(" ")[0] ?? flags;
}

function choices(of: (entry: CatalogEntry) => readonly (string | number)[]): string {
  return [...new Set([...CATALOG.values()].flatMap(of))].join(", ");
}
