import { EventEmitter } from "node:events";

import { expect, test } from "vitest";

import { recordingLogger } from "../../test/recording-logger.ts";
import { ConfigurationError } from "../config/configuration-error.ts";
import { runApp } from "./run-app.ts";
import type { AppProcess, RunningApp } from "./run-app.ts";

function setup(start: () => Promise<RunningApp>) {
  const emitter = new EventEmitter();
  const codes: number[] = [];
  const printed: string[] = [];
  const host: AppProcess = {
    on: (event, listener) => emitter.on(event, listener),
    off: (event, listener) => emitter.off(event, listener),
    exit: (code) => void codes.push(code),
    writeLine: (line) => void printed.push(line),
  };
  const { logger, lines } = recordingLogger();
  const ended = runApp({ name: "test", start, logger, process: host });
  const messages = () => lines().map(({ msg }) => msg);
  return { emitter, ended, codes, printed, lines, messages };
}

/** Something that a test ends when it likes. */
function gate<T = void>() {
  const opened = new EventEmitter();
  const promise = new Promise<T>((resolve) => void opened.once("open", resolve));
  return { promise, open: (value: T) => void opened.emit("open", value) };
}

test.each(["SIGTERM", "SIGINT"])("%s drains and exits 0", async (signal) => {
  const stopping = gate();
  const stopped = gate();
  const { emitter, ended, codes, messages } = setup(() =>
    Promise.resolve({
      stop: () => {
        stopping.open();
        return stopped.promise;
      },
    }),
  );
  emitter.emit(signal, signal);
  await stopping.promise;
  expect(codes).toEqual([]);
  stopped.open();
  await ended;
  expect(codes).toEqual([0]);
  expect(messages()).toEqual(["draining", "stopped"]);
  expect(emitter.eventNames()).toEqual([]);
});

test("a signal while the app starts stops it as soon as it runs", async () => {
  const started = gate<RunningApp>();
  let stops = 0;
  const { emitter, ended, codes } = setup(() => started.promise);
  emitter.emit("SIGTERM", "SIGTERM");
  started.open({ stop: () => Promise.resolve(void (stops += 1)) });
  await ended;
  expect({ stops, codes }).toEqual({ stops: 1, codes: [0] });
});

test("a second signal exits 1 at once, whatever still drains", async () => {
  const { emitter, ended, codes, lines } = setup(() =>
    Promise.resolve({ stop: () => new Promise(() => undefined) }),
  );
  emitter.emit("SIGTERM", "SIGTERM");
  emitter.emit("SIGINT", "SIGINT");
  await ended;
  expect(codes).toEqual([1]);
  expect(lines()).toMatchObject([
    { msg: "draining", signal: "SIGTERM" },
    { msg: "second signal, exiting at once", signal: "SIGINT" },
  ]);
});

test("a stop that does not come to its end exits 1", async () => {
  const { emitter, ended, codes, messages } = setup(() =>
    Promise.resolve({ stop: () => Promise.reject(new Error("left behind")) }),
  );
  emitter.emit("SIGTERM", "SIGTERM");
  await ended;
  expect(codes).toEqual([1]);
  expect(messages()).toEqual(["draining", "stop failed"]);
});

test("a mistake that only the start finds exits 78 with one line per mistake", async () => {
  const { ended, codes, printed, lines } = setup(() =>
    Promise.reject(
      new ConfigurationError([
        { name: "REDIS_URL", problem: "is wrong" },
        { name: "METRICS_PORT", problem: "is taken" },
      ]),
    ),
  );
  await ended;
  expect(codes).toEqual([78]);
  expect(printed).toEqual(["REDIS_URL: is wrong", "METRICS_PORT: is taken"]);
  expect(lines()).toEqual([]);
});

test("a start that fails otherwise is logged and exits 1", async () => {
  const { ended, codes, lines } = setup(() => Promise.reject(new Error("broken")));
  await ended;
  expect(codes).toEqual([1]);
  expect(lines()).toMatchObject([{ msg: "start failed", error: { message: "broken" } }]);
});

test.each(["uncaughtException", "unhandledRejection"])(
  "%s is logged and exits 1 without a drain",
  async (event) => {
    let stops = 0;
    const { emitter, ended, codes, lines } = setup(() =>
      Promise.resolve({ stop: () => Promise.resolve(void (stops += 1)) }),
    );
    emitter.emit(event, new Error("unexpected"));
    await ended;
    expect({ stops, codes }).toEqual({ stops: 0, codes: [1] });
    expect(lines()).toMatchObject([
      { level: "fatal", msg: "unexpected error, exiting", error: { message: "unexpected" } },
    ]);
  },
);
