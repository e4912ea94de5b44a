/** The set-up cannot go on; the message is all that the person at the terminal needs to see. */
export class SetUpError extends Error {
  name = "SetUpError";
}

/** Errors whose message says everything; the second is thrown by `packages/runtime`. */
const EXPECTED = ["SetUpError", "PrivateRedisError"];

/**
 * Prints an error for a person: an expected one as its message alone, any other with its stack.
 *
 * @param {unknown} error
 */
export function printError(error) {
  const isExpected = error instanceof Error && EXPECTED.includes(error.name);
  console.error(isExpected ? `\n${error.message}\n` : error);
}
