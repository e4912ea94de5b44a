export { estimateCredits } from "./estimate-credits.ts";
export type { CreditEstimate } from "./estimate-credits.ts";
