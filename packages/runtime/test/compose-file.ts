import { parse } from "yaml";

/** What the tests look at in one service of `docker-compose.yml`. */
interface ComposeService {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period: string;
  readonly container_name?: string;
}

/** What the tests look at in `docker-compose.yml`. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/**
 * Reads a compose file as `docker compose` does in a shell with the variables `env`: the three
 * forms of interpolation that the file uses, and YAML's merge keys. What is filled in stays a text:
 * `${NAME:-}` is an empty one and `${PORT:-8787}` no number.
 *
 * @throws {Error} when a required variable is not set
 */
export function readComposeFile(text: string, env: Readonly<Record<string, string>>): ComposeFile {
  return filledIn(parse(text, { merge: true }), env) as ComposeFile;
}

function filledIn(value: unknown, env: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") return interpolated(value, env);
  if (Array.isArray(value)) return value.map((item: unknown) => filledIn(item, env));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one, env)]));
}

function interpolated(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\{([A-Z_]+)(?:(:[-?])([^}]*))?\}/g,
    (_, name: string, form: string | undefined, rest: string | undefined) => {
      const value = env[name] ?? "";
      if (value !== "" || form === undefined) return value;
      if (form === ":?") throw new Error(`${name}: ${rest ?? ""}`);
      return rest ?? "";
    },
  );
}

/** The names that a compose file takes from the shell or from `.env`. */
export function interpolatedNames(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name))];
}
