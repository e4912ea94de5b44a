import type { HaltReason } from "./lane-state.ts";

/** What a person does about a halted lane: one or two sentences for each reason. */
export const HALT_ADVICE: Readonly<Record<HaltReason, string>> = {
  insufficient_credits:
    "Add credits, then resume the lane; a redrive sends what failed again. With AUTO_RESUME=credits a probe resumes it when credits are back.",
  upstream_misconfigured:
    "Mend APIDOT_BASE_URL: what answers there is not the API. Restart the workers, then resume the lane.",
  authentication_error:
    "Mend the API key and restart the workers: a worker that comes with a new key resumes the lane. A redrive sends what failed again.",
  base_url_changed:
    "Workers came with another base URL while work was open. If the new one is meant, resume the lane; else restart them with the old one, then resume.",
  by_hand: "Resume the lane when the reason is gone.",
};
