import { printError } from "./lib/set-up-error.mjs";
import { setup } from "./setup.mjs";

try {
  await setup({ redis: true, waitaof: true });
} catch (error) {
  printError(error);
  process.exit(1);
}
await import("../bench/dist/main.js");
