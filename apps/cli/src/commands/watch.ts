import { type AddCommand, connectGateway, examples, URL_FLAG } from "../command-context.ts";
import { detachOnSignal } from "../follow/detach.ts";
import { waitFor } from "../follow/wait-for.ts";
import { requireId } from "../gateway/generation-id.ts";
import { requireDuration } from "../request/option-flags.ts";

/** `watch <id>…` */
export const addWatch: AddCommand = (program, start) => {
  program
    .command("watch <id...>")
    .description("follow generations until each is settled or held")
    .option("--timeout <duration>", "how long to wait, such as 15m (default: to the end)")
    .option(...URL_FLAG)
    .option("--json", "a JSON document on the standard output for each change, one a line")
    .addHelpText(
      "after",
      examples(
        "watch default_01kat5k3v8q2x7m4n9p0r1s2t3",
        "watch default_01kat5k3v8q2x7m4n9p0r1s2t3 --timeout 10m --json",
      ),
    )
    .action(
      (
        ids: string[],
        flags: { readonly json?: boolean; readonly url?: string; readonly timeout?: string },
      ) =>
        start(flags, async ({ surroundings, output }) => {
          const timeoutMs =
            flags.timeout === undefined ? null : requireDuration("--timeout", flags.timeout);
          const { gateway } = connectGateway(flags.url, surroundings);
          const distinct = [...new Set(ids.map(requireId))];
          const detach = detachOnSignal(surroundings);
          const onRecord = output.document;
          try {
            return await waitFor({
              ids: distinct,
              gateway,
              surroundings,
              output,
              detach,
              timeoutMs,
              onRecord,
            });
          } finally {
            detach.end();
          }
        }),
    );
};
