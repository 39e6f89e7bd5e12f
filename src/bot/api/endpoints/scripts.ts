import { MOST_LOG_LINES } from '../../../shared/api/actor-protocol.ts';
import { parseDuration } from '../../../shared/text/duration.ts';
import { muteBody, unmuteBody } from '../bodies/mute.ts';
import { runBody } from '../bodies/run.ts';
import { fieldsOf, scriptName, validate } from '../body/fields.ts';
import { readJson } from '../body/json-body.ts';
import { keysOf, numberIn, querySubject } from '../body/query.ts';
import { accountFor } from '../callers/callers.ts';
import type { Endpoint } from '../endpoint.ts';
import { DEFAULT_LOG_LINES, DEFAULT_WAIT_MS } from '../limits.ts';

/** `GET /scripts` */
export const scripts: Endpoint = async (context) => {
  const { user } = await querySubject(context);
  return { status: 200, body: { ok: true, user, scripts: await context.services.scripts(user) } };
};

/** `POST /scripts/run` */
export const runScript: Endpoint = async ({ exchange, caller, accounts, services }) => {
  const { user, name, wait = DEFAULT_WAIT_MS } = validate(runBody, await readJson(exchange));
  const answer = await services.runScript(await accountFor(caller, user, accounts), name, wait);
  return { status: answer.status === 'done' ? 200 : 202, body: { ok: true, ...answer } };
};

const logQuery = fieldsOf({ name: scriptName });

/** `GET /scripts/log` */
export const scriptLog: Endpoint = async (context) => {
  const { query, services } = context;
  const { name } = keysOf(query, logQuery);
  const lines = numberIn(query, 'lines', { most: MOST_LOG_LINES, usual: DEFAULT_LOG_LINES });
  const { user } = await querySubject(context);
  return { status: 200, body: { ok: true, lines: await services.scriptLog(user, name, lines) } };
};

/** How long a mute lasts that says nothing of it, as `/mute` in the chat. */
const USUAL_MUTE = '1h';

/** `POST /mute` */
export const mute: Endpoint = async ({ exchange, caller, accounts, services }) => {
  const body = validate(muteBody, await readJson(exchange, { mayBeEmpty: true }));
  const { user } = await accountFor(caller, body.user, accounts);
  const lasts = parseDuration(body.for ?? USUAL_MUTE, 'for');
  return { status: 200, body: { ok: true, muted_until: await services.mute(user, lasts, body.script) } };
};

/** `POST /unmute` */
export const unmute: Endpoint = async ({ exchange, caller, accounts, services }) => {
  const body = validate(unmuteBody, await readJson(exchange, { mayBeEmpty: true }));
  const { user } = await accountFor(caller, body.user, accounts);
  await services.unmute(user, body.script);
  return { status: 200, body: { ok: true } };
};
