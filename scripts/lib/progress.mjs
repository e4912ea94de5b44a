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
 * @param {object} [options]
 * @param {NodeJS.WriteStream} [options.stream]
 * @param {number} [options.quietMs] until something is shown
 * @param {number} [options.plainTickMs] between plain lines
 * @param {boolean} [options.saysEnd] whether the end gets a line of its own
 * @returns {Promise<T>}
 */
export async function showProgress(
  label,
  task,
  { stream = process.stderr, quietMs = QUIET_MS, plainTickMs = PLAIN_TICK_MS, saysEnd = true } = {},
) {
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
    ticker = setInterval(draw, isTerminal ? TERMINAL_TICK_MS : plainTickMs);
  }, quietMs);
  const finish = (outcome) => {
    clearTimeout(first);
    clearInterval(ticker);
    if (!isShown) return;
    const last = saysEnd ? `${label}: ${outcome} ${seconds(elapsedMs())}\n` : "";
    stream.write(`${isTerminal ? "\r\u001b[2K" : ""}${last}`);
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
