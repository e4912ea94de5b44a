import { CliError } from "../cli-error.ts";
import type { Surroundings } from "../surroundings.ts";

/**
 * The value of `--input`: JSON as it stands, `@file` for a file that holds it, `-` for the standard
 * input.
 *
 * @throws {CliError} `usage` when it cannot be read or is no JSON; the text is not repeated
 */
export async function readRawInput(
  text: string,
  { readFile, readStdin }: Pick<Surroundings, "readFile" | "readStdin">,
): Promise<unknown> {
  const source = text === "-" ? await readStdin() : text.startsWith("@") ? read(text) : text;
  try {
    return JSON.parse(source.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    const where = text === "-" ? "the standard input" : text.startsWith("@") ? "the file" : "it";
    throw new CliError("usage", `--input: ${where} is not JSON`);
  }

  function read(at: string): string {
    try {
      return readFile(at.slice(1));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException | null)?.code ?? "unknown error";
      throw new CliError("usage", `--input: the file cannot be read (${code})`, { cause: error });
    }
  }
}
