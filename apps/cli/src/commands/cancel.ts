import {
  type AddCommand,
  connectGateway,
  examples,
  JSON_FLAG,
  URL_FLAG,
} from "../command-context.ts";
import { type ExitClass } from "../exit-codes.ts";
import { valueOf } from "../gateway/gateway.ts";
import { requireId } from "../gateway/generation-id.ts";
import { type GenerationJson, isAtRest } from "../gateway/record.ts";
import { printable } from "../output/printable.ts";

/** `cancel <id>` */
export const addCancel: AddCommand = (program, start) => {
  program
    .command("cancel <id>")
    .description("cancel a generation; one that is out upstream cannot be stopped there")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText("after", examples("cancel default_01kat5k3v8q2x7m4n9p0r1s2t3"))
    .action((id: string, flags: { readonly json?: boolean; readonly url?: string }) =>
      start(flags, async ({ surroundings, output }) => {
        const { gateway } = connectGateway(flags.url, surroundings);
        const record = valueOf(await gateway.cancel(requireId(id)));
        const { exitClass, text } = outcomeOf(record);
        output.document(record);
        output.line(`${printable(record.id)}  ${text}`);
        return exitClass;
      }),
    );
};

/** What a cancel came to, read from the record that answered it. */
function outcomeOf(record: GenerationJson): {
  readonly exitClass: ExitClass;
  readonly text: string;
} {
  if (record.status === "canceled") return { exitClass: "ok", text: "canceled" };
  if (record.status === "failed" && record.cancel_requested_at !== null) {
    return { exitClass: "ok", text: "had failed; a redrive leaves it out now" };
  }
  if (isAtRest(record)) {
    const text = `was ${printable(record.status)} already; nothing was changed`;
    return { exitClass: "unsuccessful", text };
  }
  const text = `${printable(record.status)}, cancel requested: it may be out upstream, where nothing can be stopped; it is canceled at its next step`;
  return { exitClass: "ok", text };
}
