import { EMULATOR_VARIABLE_NAMES, LATER_VARIABLES } from "./later-variables.ts";
import { VARIABLES } from "./variables.ts";

/** The path of a Redis server program, read where a private Redis is started. */
const REDIS_SERVER_BIN = "REDIS_SERVER_BIN";

/** Every name that any program of ours reads, with the `_FILE` names of secrets. */
export const KNOWN_NAMES: readonly string[] = [
  ...[...Object.values(VARIABLES), ...LATER_VARIABLES].flatMap(({ name, isSecret }) =>
    isSecret ? [name, `${name}_FILE`] : [name],
  ),
  ...EMULATOR_VARIABLE_NAMES,
  REDIS_SERVER_BIN,
];
