#!/usr/bin/env node
import { processSurroundings } from "./process-surroundings.ts";
import { runCli } from "./run-cli.ts";

process.exitCode = await runCli(process.argv.slice(2), processSurroundings());
