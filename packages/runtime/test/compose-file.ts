import { parse } from "yaml";

/** What the tests look at in one service of `docker-compose.yml`. */
export interface ComposeService {
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
 * forms of interpolation that the file uses, and YAML's merge keys.
 *
 * @throws {Error} when a required variable is not set
 */
export function readComposeFile(text: string, env: Readonly<Record<string, string>>): ComposeFile {
  const filled = text.replace(
    /\$\{([A-Z_]+)(?:(:[-?])([^}]*))?\}/g,
    (_, name: string, form: string | undefined, rest: string | undefined) => {
      const value = env[name] ?? "";
      if (value !== "" || form === undefined) return value;
      if (form === ":?") throw new Error(`${name}: ${rest ?? ""}`);
      return rest ?? "";
    },
  );
  return parse(filled, { merge: true }) as ComposeFile;
}

/** The names that a compose file takes from the shell or from `.env`. */
export function interpolatedNames(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name))];
}
