/** What a request carries through the gateway. */
export interface GatewayEnv {
  readonly Variables: {
    /** The generation that the request was about, for its log line. */
    generationId?: string;
  };
}
