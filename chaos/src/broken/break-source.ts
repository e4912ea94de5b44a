import { register } from "node:module";

/** One change of a compiled file of the product. */
export interface Break {
  /** How the file's path ends. */
  readonly file: string;
  /** What stands there; it must be there, once. */
  readonly from: string;
  readonly to: string;
}

/** Breaks the product as it is loaded: nothing of it is changed on disk. */
export function breakSource(breaks: readonly Break[]): void {
  register("./break-hooks.js", import.meta.url, { data: breaks });
}
