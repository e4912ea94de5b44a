import { Option } from "commander";

import {
  type AddCommand,
  type CommandContext,
  connectGateway,
  examples,
  JSON_FLAG,
  URL_FLAG,
} from "../command-context.ts";
import { type ExitClass } from "../exit-codes.ts";
import { CliError } from "../cli-error.ts";
import { statusColour } from "../follow/record-text.ts";
import { toCliError } from "../gateway/failure.ts";
import { type GatewayAnswer, type ListQuery } from "../gateway/gateway.ts";
import type { GenerationJson, PageJson } from "../gateway/record.ts";
import type { Paint } from "../output/paint.ts";
import { printable } from "../output/printable.ts";
import { type Cell, createTable } from "../output/table.ts";
import { inTermsOfListFlags, LIST_FLAGS } from "../request/list-flags.ts";

/** The flags; those of the query have the names of their fields. */
interface ListFlags {
  readonly json?: boolean;
  readonly url?: string;
  readonly all?: boolean;
  readonly status?: string;
  readonly user?: string;
  readonly model?: string;
  readonly lane?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** The gateway's limit: every page is a call. */
const LARGEST_PAGE = "100";

/** `list` */
export const addList: AddCommand = (program, start) => {
  const command = program.command("list").description("list generations, the newest first");
  for (const { flags, help } of Object.values(LIST_FLAGS)) {
    command.addOption(new Option(flags, help));
  }
  command
    .option("--all", "every page, to the end")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples("list --limit 20", "list --status held", "list --user user-7 --all --json"),
    )
    .action((flags: ListFlags) => start(flags, (context) => list(context, flags)));
};

async function list(
  { surroundings, output }: CommandContext,
  flags: ListFlags,
): Promise<ExitClass> {
  const { gateway } = connectGateway(flags.url, surroundings);
  const { status, user, model, lane, all = false } = flags;
  const limit = flags.limit ?? (all ? LARGEST_PAGE : undefined);
  const query: ListQuery = { status, user_id: user, model, lane, limit };
  const table = createTable(["id", "status", "model", "user", "created", "files"]);
  const collected: GenerationJson[] = [];
  let cursor: string | null = flags.cursor ?? null;
  let isEmpty = true;
  for (;;) {
    const page: PageJson = pageOf(await gateway.list({ ...query, cursor: cursor ?? undefined }));
    isEmpty &&= page.data.length === 0;
    if (output.isJson) collected.push(...page.data);
    else {
      const rows = page.data.map((record) => rowOf(record, output.paint));
      for (const line of table.lines(rows)) output.line(line);
    }
    // A cursor that stays where it is would turn for ever.
    cursor = page.next_cursor === cursor ? null : page.next_cursor;
    // A page may be empty although more follow: what matches may be far behind.
    if (cursor === null || (!all && !isEmpty)) break;
  }
  output.document({ data: collected, next_cursor: cursor });
  if (cursor !== null && !output.isJson) {
    output.note(`there are more: add --all, or --cursor '${printable(cursor)}'`);
  }
  return "ok";
}

function pageOf(answer: GatewayAnswer<PageJson>): PageJson {
  if (answer.kind === "ok") return answer.value;
  if (answer.kind === "aborted") throw new CliError("interrupted", "interrupted");
  const { failure } = answer;
  throw toCliError(failure, { wrong: inTermsOfListFlags(failure.problem?.errors ?? []) });
}

function rowOf(record: GenerationJson, paint: Paint): Cell[] {
  const { id, status, model, user_id: userId, created_at: createdAt, files } = record;
  return [
    { text: printable(id) },
    { text: printable(status), paint: (text) => paint(statusColour(status), text) },
    { text: printable(model) },
    { text: printable(userId ?? "–") },
    { text: printable(createdAt) },
    { text: String(files.length) },
  ];
}
