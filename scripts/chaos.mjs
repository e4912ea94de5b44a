import { printError } from "./lib/set-up-error.mjs";
import { setup } from "./setup.mjs";

try {
  await setup({ redis: true });
} catch (error) {
  printError(error);
  process.exit(2);
}
await import("../chaos/dist/main.js");
