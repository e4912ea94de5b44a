import { CliError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";

/**
 * Asks before something may be paid again.
 *
 * @param fact - what is known of the payments before, without a full stop
 * @throws {CliError} `unsuccessful` for a no, `usage` where nobody can be asked
 */
export async function confirmPayment(
  { surroundings }: CommandContext,
  fact: string,
): Promise<void> {
  const answer = await surroundings.ask(`${fact}. Send again all the same? [y/N] `);
  if (answer === null) {
    throw new CliError("usage", `${fact}; nothing was changed`, {
      advice: ["to send again all the same, say --yes"],
    });
  }
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CliError("unsuccessful", "not confirmed; nothing was changed");
}
