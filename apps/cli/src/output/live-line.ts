import type { TextOutput } from "../surroundings.ts";

/** One line that is rewritten in place on a terminal; elsewhere it does not exist. */
export interface LiveLine {
  readonly isLive: boolean;
  /** Shows `text`, cut to the width of the terminal, in place of what was shown. */
  show(text: string): void;
  /** Takes the line away, so that other lines can be written. */
  clear(): void;
}

const CLEAR = "\r\u001B[2K";
/** Of a terminal that does not tell its width. */
const USUAL_COLUMNS = 80;

/** @returns the live line of an output; `TERM=dumb` has none. */
export function createLiveLine(output: TextOutput, isDumb: boolean): LiveLine {
  const isLive = output.isTTY === true && !isDumb;
  let isShown = false;
  return {
    isLive,
    show: (text) => {
      if (!isLive) return;
      // A line that wraps could not be taken away again.
      const width = (output.columns || USUAL_COLUMNS) - 1;
      output.write(`${CLEAR}${text.slice(0, Math.max(1, width))}`);
      isShown = true;
    },
    clear: () => {
      if (!isShown) return;
      output.write(CLEAR);
      isShown = false;
    },
  };
}
