/** The time limits of the dashboard, milliseconds. */
export interface Timing {
  /** Between two comments on an idle stream, which also check its session. */
  readonly heartbeatMs: number;
  /** For the head of a request. */
  readonly headMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Between two checks of the limits of requests. */
  readonly checkMs: number;
  /** For the bot's answer to a health request. */
  readonly healthMs: number;
  /** For requests in progress when the service stops. */
  readonly stopMs: number;
}

export const TIMING: Timing = {
  // Keeps proxies from closing idle connections; most wait for 60 s.
  heartbeatMs: 15_000,
  headMs: 10_000,
  requestMs: 20_000,
  // More often than Node's default, so that a silent client can't hold a connection much longer than the limits.
  checkMs: 2_000,
  // Prometheus waits for 10 s.
  healthMs: 5_000,
  stopMs: 5_000,
};
