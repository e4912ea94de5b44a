import { printError } from "./lib/set-up-error.mjs";
import { setup } from "./setup.mjs";

try {
  await setup({ redis: true });
} catch (error) {
  printError(error);
  process.exit(2);
}
// `npm run chaos -- crash-points`: each line of the protocol once, instead of a random many.
const isCrashPoints = process.argv.includes("crash-points");
await import(isCrashPoints ? "../chaos/dist/crash/main.js" : "../chaos/dist/main.js");
