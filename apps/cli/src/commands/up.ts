import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { repositoryRoot, startPrivateRedis } from "@apidot-queue/runtime";

import { CliError } from "../cli-error.ts";
import { type AddCommand, examples } from "../command-context.ts";

/** The same folder as `npm start` uses: what one has stored the other finds. */
const DATA_DIR = join(".data", "redis");
const STANDALONE = join("apps", "standalone", "dist", "main.js");

/** `up` */
export const addUp: AddCommand = (program, start) => {
  program
    .command("up")
    .description("run the whole service here until Ctrl-C, as `npm start` does")
    .addHelpText(
      "after",
      [
        "",
        "With APIDOT_API_KEY it submits to the real API, without to an emulator of its own.",
        "Without REDIS_URL it runs a Redis of its own, with its data in .data/redis.",
        "Ctrl-C or SIGTERM drains it; its exit codes are 0, 1 and 78.",
        examples("up"),
      ].join("\n"),
    )
    .action(() =>
      start({}, async ({ output, surroundings: { env } }) => {
        const path = join(repositoryRoot(), STANDALONE);
        if (!existsSync(path)) {
          throw new CliError("configuration", "the service is not built: run npm run setup");
        }
        const given = (name: string): boolean => (env[name] ?? "") !== "";
        if (!given("REDIS_URL") && !given("REDIS_URL_FILE")) {
          const redis = await startPrivateRedis({ dir: join(repositoryRoot(), DATA_DIR) });
          output.note(`Redis: our own, on 127.0.0.1:${redis.port}, with its data in ${DATA_DIR}`);
          process.env["REDIS_URL"] = redis.url;
        }
        // This process becomes the service. A child would outlive a parent that is killed, and
        // would hear a terminal's Ctrl-C twice, from the terminal and from its parent: the second
        // one cuts the drain off.
        await import(pathToFileURL(path).href);
        return "ok";
      }),
    );
};
