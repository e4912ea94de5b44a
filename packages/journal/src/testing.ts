/**
 * For tests only: the journal with scripts of the test's choice, so that time can be set. A lint
 * rule and a test keep shipped code from importing it.
 */
export { openJournalWith } from "./journal.ts";
export { readScripts } from "./scripts.ts";
