import { DEFAULT_LANE } from "@apidot-queue/core";
import { readEmulatorEnvironment } from "@apidot-queue/emulator";
import {
  ConfigurationError,
  createLogger,
  createStopSteps,
  loadConfigOrExit,
  runApp,
  type RunningApp,
  secretsOf,
} from "@apidot-queue/runtime";

import { type EmulatedUpstream, startEmulatedUpstream } from "./emulated-upstream.ts";
import { startStandalone, type StandaloneUpstream } from "./standalone.ts";

const name = "standalone";
const config = loadConfigOrExit(name);
const logger = createLogger({ app: name, level: config.logLevel, secrets: secretsOf(config) });

/** The real API with a key, else an emulator of our own on a free port or the one asked for. */
async function chooseUpstream(): Promise<StandaloneUpstream | EmulatedUpstream> {
  if (config.apiKey !== null) {
    return { lane: DEFAULT_LANE, baseUrl: config.baseUrl, apiKey: config.apiKey };
  }
  const reading = readEmulatorEnvironment(process.env);
  if (!reading.ok) {
    const mistakes = reading.mistakes.map((line) => {
      const [variable = line, ...problem] = line.split(": ");
      return { name: variable, problem: problem.join(": ") };
    });
    throw new ConfigurationError(mistakes);
  }
  // It is the emulator's variable and none of ours, so `config.given` never has it.
  const isPortGiven = (process.env["EMULATOR_PORT"] ?? "") !== "";
  const port = isPortGiven ? reading.options.port : 0;
  return startEmulatedUpstream({ ...reading.options, port: port ?? 0 });
}

async function start(): Promise<RunningApp> {
  const upstream = await chooseUpstream();
  const isEmulated = "close" in upstream;
  const standalone = await startStandalone({ config, upstream, logger });
  const target = isEmulated
    ? `the emulator at ${upstream.baseUrl} (no APIDOT_API_KEY is set; nothing is paid)`
    : `the real API at ${upstream.baseUrl} (APIDOT_API_KEY is set; submits cost credits)`;
  console.log(`apidot-queue listens at ${standalone.url} and submits to ${target}`);

  const steps = createStopSteps(logger);
  steps.onStop("standalone", 600_000, () => standalone.stop());
  if (isEmulated) steps.onStop("emulator", 5_000, () => upstream.close());
  return steps;
}

await runApp({ name, logger, start });
