import {
  type AddCommand,
  connectGateway,
  examples,
  JSON_FLAG,
  URL_FLAG,
} from "../command-context.ts";
import { endRemarks } from "../follow/record-text.ts";
import { valueOf } from "../gateway/gateway.ts";
import { requireId } from "../gateway/generation-id.ts";
import { recordLines } from "../output/record-lines.ts";

/** `get <id>` */
export const addGet: AddCommand = (program, start) => {
  program
    .command("get <id>")
    .description("show a generation as it is now")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples(
        "get default_01kat5k3v8q2x7m4n9p0r1s2t3",
        "get default_01kat5k3v8q2x7m4n9p0r1s2t3 --json",
      ),
    )
    .action((id: string, flags: { readonly json?: boolean; readonly url?: string }) =>
      start(flags, async ({ surroundings, output }) => {
        const { gateway } = connectGateway(flags.url, surroundings);
        const record = valueOf(await gateway.get(requireId(id)));
        output.document(record);
        for (const line of recordLines(record, output.paint)) output.line(line);
        for (const remark of endRemarks(record)) output.line(`  ${remark}`);
        return "ok";
      }),
    );
};
