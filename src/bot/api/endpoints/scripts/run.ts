import { DEFAULT_WAIT_MS } from '../../../../shared/api/limits.ts';
import { runBody } from '../../../../shared/api/requests.ts';
import { ACTOR_CODES, accountOf, BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';

/** Runs a script as its owner and waits for its end: 200, or 202 while it still runs. */
export const runScript: Endpoint = {
  method: 'POST',
  path: '/scripts/run',
  codes: [
    ...BODY_CODES,
    ...ACTOR_CODES,
    'unknown_script',
    'already_running',
    'too_many_runs',
    'runs_unreadable',
    'links_unreadable',
    'storage',
  ],
  handle: withBody(runBody, {}, async (context, { user, name, wait = DEFAULT_WAIT_MS }) => {
    const account = await accountOf(context, user);
    const run = await context.services.runScript(account, name, wait);
    return { status: run.status === 'done' ? 200 : 202, body: { ok: true, ...run } };
  }),
};
