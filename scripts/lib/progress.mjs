const QUIET_MS = 1_000;
const TERMINAL_TICK_MS = 250;
const PLAIN_TICK_MS = 10_000;

/**
 * Runs a task and shows on stderr that it is under way, with the seconds so far: one line that
 * changes on a terminal, plain lines elsewhere. What ends within a second leaves no trace.
 *
 * @template T
 * @param {string} label - what is being done, such as "installing"
 * @param {(say: (detail: string) => void) => Promise<T>} task - may report details as it goes
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Promise<T>}
 */
export async function showProgress(label, task, stream = process.stderr) {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const { isTTY: isTerminal } = stream;
  let detail = "";
  let isShown = false;
  const draw = () => {
    isShown = true;
    const line = `${label} … ${Math.round(elapsedMs() / 1_000)} s`;
    const text = detail === "" ? line : `${line}  ${detail}`;
    const onTerminal = `\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`;
    stream.write(isTerminal ? onTerminal : `${line}\n`);
  };

  let ticker;
  const first = setTimeout(() => {
    draw();
    ticker = setInterval(draw, isTerminal ? TERMINAL_TICK_MS : PLAIN_TICK_MS);
  }, QUIET_MS);
  const finish = (outcome) => {
    clearTimeout(first);
    clearInterval(ticker);
    if (!isShown) return;
    stream.write(
      `${isTerminal ? "\r\u001b[2K" : ""}${label}: ${outcome} ${seconds(elapsedMs())}\n`,
    );
  };
  try {
    const result = await task((text) => (detail = text));
    finish("done in");
    return result;
  } catch (error) {
    finish("failed after");
    throw error;
  }
}

/**
 * @param {number} ms
 * @returns {string} such as "12.3 s"
 */
export function seconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}
