import type { AppName, Mistake, ValueOf, Variable } from "./variable.ts";

/** An environment as a process has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a text file. Throws when it cannot. */
export type ReadFile = (path: string) => string;

/** What an environment says about a set of variables. */
export interface EnvironmentReading<S extends Record<string, Variable>> {
  /** By the keys of the specification; null is "unset", and stands for what has a mistake too. */
  readonly values: { readonly [K in keyof S]: ValueOf<S[K]> | null };
  /** The names that are set, by themselves or by a file, rightly or wrongly. */
  readonly given: ReadonlySet<string>;
  readonly mistakes: readonly Mistake[];
}

/**
 * Reads the variables of `spec` and collects every mistake. An empty variable is an unset one.
 * A secret may stand in the file that `<NAME>_FILE` names; both at once are a mistake.
 *
 * @param app - for whom: what an app requires must be set
 */
export function readEnvironment<const S extends Record<string, Variable>>(
  env: Environment,
  spec: S,
  app: AppName,
  readFile: ReadFile,
): EnvironmentReading<S> {
  const values: Record<string, unknown> = {};
  const given = new Set<string>();
  const mistakes: Mistake[] = [];
  for (const [key, variable] of Object.entries(spec)) {
    values[key] = null;
    const source = findText(env, variable, readFile);
    if (source.isGiven) given.add(variable.name);
    if (source.mistake !== undefined) {
      mistakes.push(source.mistake);
      continue;
    }
    const text = source.text ?? variable.defaultText;
    if (text === null) {
      if (variable.requiredBy.includes(app)) mistakes.push(missing(variable));
      continue;
    }
    const parsed = variable.parse(text);
    if (parsed.ok) values[key] = parsed.value;
    else mistakes.push({ name: source.name, problem: parsed.problem });
  }
  return { values: values as EnvironmentReading<S>["values"], given, mistakes };
}

interface Source {
  /** The variable that the text came from: the one to name when it is wrong. */
  readonly name: string;
  readonly isGiven: boolean;
  readonly text?: string;
  readonly mistake?: Mistake;
}

function findText(env: Environment, variable: Variable, readFile: ReadFile): Source {
  const { name } = variable;
  const text = env[name] ?? "";
  const fileName = `${name}_FILE`;
  const path = variable.isSecret ? (env[fileName] ?? "") : "";
  if (text !== "" && path !== "") {
    const problem = `is set, and so is ${fileName}: only one of them may be`;
    return { name, isGiven: true, mistake: { name, problem } };
  }
  if (path !== "") return readFrom(fileName, path, readFile);
  if (variable.isFile === true && text !== "") return readFrom(name, text, readFile);
  return text === "" ? { name, isGiven: false } : { name, isGiven: true, text };
}

/** The path is not repeated: what stands there by mistake may be the secret itself. */
function readFrom(name: string, path: string, readFile: ReadFile): Source {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code ?? "unknown error";
    const problem = `names a file that cannot be read (${code})`;
    return { name, isGiven: true, mistake: { name, problem } };
  }
  if (text !== "") return { name, isGiven: true, text };
  return { name, isGiven: true, mistake: { name, problem: "names a file that is empty" } };
}

function missing(variable: Variable): Mistake {
  const how = variable.isSecret ? ` (or ${variable.name}_FILE)` : "";
  return { name: variable.name, problem: `must be set${how}` };
}
