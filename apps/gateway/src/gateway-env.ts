/** What a request carries through the gateway. */
export interface GatewayEnv {
  readonly Variables: {
    /** Of the answer and of the log lines about it. */
    requestId: string;
    /** The generation that the request was about, for its log line. */
    generationId?: string;
  };
}
