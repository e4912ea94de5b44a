/** What reads an environment: the programs that are started, and the command line. */
export const APP_NAMES = [
  "gateway",
  "submit-worker",
  "status-worker",
  "notify-worker",
  "standalone",
  "cli",
] as const;

/** @see APP_NAMES */
export type AppName = (typeof APP_NAMES)[number];

/** What a parser made of a text. `problem` completes "X …": "must be a whole number". */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the text of a variable. It never gets an empty text. Its problem never repeats the text:
 * what stands in the wrong variable may be a secret.
 */
export type Parser<T> = (text: string) => Parsed<T>;

/** One variable of the environment: the one place where its name, rule and default stand. */
export interface Variable<T = unknown> {
  readonly name: string;
  /** One sentence for people. */
  readonly meaning: string;
  readonly parse: Parser<T>;
  /** What counts when it is unset, as it would be written; null when unset means "none". */
  readonly defaultText: string | null;
  /** Whether `<NAME>_FILE` may name a file that holds it, and no output may ever show it. */
  readonly isSecret: boolean;
  /** Whether it names a file, whose text the parser gets. @defaultValue false */
  readonly isFile?: true;
  /** Who reads it. */
  readonly apps: readonly AppName[];
  /** Who does not start without it. Empty when it has a default. */
  readonly requiredBy: readonly AppName[];
}

/** What a variable's parser yields. */
export type ValueOf<V> = V extends { readonly parse: Parser<infer T> } ? T : never;

/** Something wrong in the environment; printed as `<name>: <problem>`. Never holds a value. */
export interface Mistake {
  readonly name: string;
  readonly problem: string;
}

/** @returns the one line that tells a mistake. */
export function formatMistake(mistake: Mistake): string {
  return `${mistake.name}: ${mistake.problem}`;
}
