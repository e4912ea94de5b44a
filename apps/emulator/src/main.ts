import { startEmulator } from "./emulator.ts";
import { readEnvironment } from "./environment.ts";

/** sysexits.h: the configuration is wrong, and starting again will not help. */
const EXIT_CONFIG = 78;

const reading = readEnvironment(process.env);
if (!reading.ok) {
  for (const mistake of reading.mistakes) console.error(mistake);
  process.exit(EXIT_CONFIG);
}

const emulator = await startEmulator(reading.options).catch((error: unknown) => {
  // A taken port, an address that is not ours, a ledger that cannot be written: configuration too.
  if (!(error instanceof Error) || !("code" in error)) throw error;
  console.error(`the emulator could not start: ${error.message}`);
  process.exit(EXIT_CONFIG);
});
console.log(`emulator listening at ${emulator.url}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void emulator.close().then(() => process.exit(0));
  });
}
