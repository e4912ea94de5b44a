/**
 * Control characters, and those that reorder or hide text. What comes from outside may hold them,
 * and a terminal would obey: move the cursor, retitle the window, show another text than it is.
 */
const UNSAFE = /\p{Cc}|[\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu;

/** Whole escape sequences, so that their remains are not left as text. */
const SEQUENCES = new RegExp(
  [
    // Of colours and the cursor, in their seven- and eight-bit forms.
    String.raw`(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]`,
    // Of titles, links and device commands, which carry a text up to their terminator.
    String.raw`(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?`,
  ].join("|"),
  "g",
);

/** @returns `text` in one line that no terminal takes as anything but text. */
export function printable(text: string): string {
  return text
    .replaceAll(SEQUENCES, "")
    .replaceAll(/[\t\n\r\u0085\u2028\u2029]+/g, " ")
    .replaceAll(UNSAFE, "");
}

/**
 * JSON that is safe on a terminal too: `JSON.stringify` escapes the lower control characters only,
 * and the upper ones are commands to some terminals. The value is the same to every parser.
 */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
