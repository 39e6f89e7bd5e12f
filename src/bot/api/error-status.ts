/** The HTTP status of every code the API answers with; a code that isn't here is a fault of ours, and becomes a 500. */
const STATUSES: Readonly<Record<string, number>> = {
  bad_request: 400,
  bad_field: 400,
  no_peer: 403,
  no_account: 403,
  not_in_group: 403,
  not_yours: 403,
  not_trusted: 403,
  not_readable: 403,
  not_found: 404,
  not_linked: 404,
  unknown_code: 404,
  unknown_delivery: 404,
  unknown_script: 404,
  no_scripts: 404,
  no_picture: 404,
  wrong_method: 405,
  too_slow: 408,
  already_running: 409,
  id_conflict: 409,
  expired_code: 410,
  too_large: 413,
  wrong_type: 415,
  wrong_expectation: 417,
  refused: 422,
  too_many_mutes: 429,
  too_many_requests: 429,
  too_many_runs: 429,
  too_many_streams: 429,
  too_many_tries: 429,
  head_too_large: 431,
  internal: 500,
  accounts_unavailable: 503,
  actor_busy: 503,
  actor_failed: 503,
  actor_unavailable: 503,
  degraded: 503,
  links_unreadable: 503,
  mutes_unreadable: 503,
  outbox_full: 503,
  runs_unreadable: 503,
  stopping: 503,
  storage: 503,
  telegram_unknown: 503,
  telegram_unreachable: 503,
  too_many_connections: 503,
};

/** The HTTP status for a problem's code, or `undefined` for one that callers aren't meant to see. */
export function statusOf(code: string): number | undefined {
  return Object.hasOwn(STATUSES, code) ? STATUSES[code] : undefined;
}

/** Every code there is, for the documentation's test. */
export const CODES: readonly string[] = Object.keys(STATUSES);
