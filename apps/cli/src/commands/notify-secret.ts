import { DEFAULT_TENANT, isTenantName } from "@apidot-queue/core";
import { loadNotifySecrets, tenantSecrets } from "@apidot-queue/notify";
import {
  ConfigurationError,
  connectRedis,
  createLogger,
  createRedisWatch,
  readEnvironment,
  VARIABLES,
  waitForRedis,
} from "@apidot-queue/runtime";

import { CliError } from "../cli-error.ts";
import { type AddCommand, examples, JSON_FLAG } from "../command-context.ts";
import type { Surroundings } from "../surroundings.ts";

/** Of a connection that lives for one question there is nothing to log. */
const SILENT = createLogger({ app: "cli", level: "silent" });

/** `notify-secret [tenant]` */
export const addNotifySecret: AddCommand = (program, start) => {
  program
    .command("notify-secret")
    .description("show the secret with which a tenant checks its notifications")
    .argument("[tenant]", `the name of a gateway token (default: ${DEFAULT_TENANT})`)
    .option(...JSON_FLAG)
    .addHelpText("after", examples("notify-secret", "notify-secret shop --json"))
    .action((tenant: string | undefined, flags: { readonly json?: boolean }) =>
      start(flags, async ({ surroundings, output }) => {
        const name = tenant ?? DEFAULT_TENANT;
        if (!isTenantName(name)) {
          throw new CliError("usage", "a tenant has 1 to 48 letters, digits, dots, - or _");
        }
        const secrets = tenantSecrets(await installationSecrets(surroundings), name);
        output.document({ tenant: name, secrets });
        for (const secret of secrets) output.line(secret);
        if (secrets.length > 1) output.note("the first is new; both sign until the old one goes");
        return "ok";
      }),
    );
};

/** Those of `NOTIFY_SECRET`, else the one that is kept in Redis. */
async function installationSecrets({ env, readFile }: Surroundings): Promise<readonly string[]> {
  const { redis: url, notifySecrets } = VARIABLES;
  const spec = { redis: url, notifySecrets };
  const { values, mistakes } = readEnvironment(env, spec, "cli", readFile);
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  if (values.notifySecrets !== null) return values.notifySecrets;
  const target = values.redis;
  if (target === null) throw new Error("[unreachable] REDIS_URL has a default");
  const redis = connectRedis(target, "producer", { watch: createRedisWatch({ logger: SILENT }) });
  try {
    await waitForRedis(redis, { target });
    return await loadNotifySecrets(redis, null);
  } finally {
    redis.disconnect();
  }
}
