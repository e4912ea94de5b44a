import {
  type AddCommand,
  connectGateway,
  examples,
  JSON_FLAG,
  URL_FLAG,
} from "../command-context.ts";
import { valueOf } from "../gateway/gateway.ts";
import { requireId } from "../gateway/generation-id.ts";
import { printable } from "../output/printable.ts";

/** `explain <id>` */
export const addExplain: AddCommand = (program, start) => {
  program
    .command("explain <id>")
    .description("say what happened to a generation, what it may have cost and what you can do")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples(
        "explain default_01kat5k3v8q2x7m4n9p0r1s2t3",
        "explain default_01kat5k3v8q2x7m4n9p0r1s2t3 --json",
      ),
    )
    .action((id: string, flags: { readonly json?: boolean; readonly url?: string }) =>
      start(flags, async ({ surroundings, output }) => {
        const { gateway } = connectGateway(flags.url, surroundings);
        const known = requireId(id);
        if (output.isJson) {
          output.document(valueOf(await gateway.explain(known)));
          return "ok";
        }
        const words = valueOf(await gateway.explainInWords(known));
        for (const line of words.trimEnd().split("\n")) output.line(printable(line));
        return "ok";
      }),
    );
};
