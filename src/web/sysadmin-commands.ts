/** The sysadmin's commands, which ask the running service. */
import * as v from 'valibot';
import { Problem } from '../core/problem.ts';
import { problemIn } from '../shared/api/error-answer.ts';
import { createSocketClient } from '../shared/http/socket-client.ts';
import { type Environment, webSocketSetting } from '../shared/process/settings.ts';
import { cell, table } from '../shared/text/table.ts';

const TIMEOUT_MS = 15_000;
const text = v.string();
const sessions = v.object({
  sessions: v.array(v.object({ user: text, device: text, kind: text, by: text, since: text, seen: text })),
});
const ended = v.object({ user: text, ended: v.number() });

/** The parts of the process that the commands use. */
interface CommandIo {
  readonly environment: Environment;
  out(text: string): void;
}

interface Options {
  /** Print JSON for a program. */
  readonly json?: boolean;
}

async function ask<T extends v.GenericSchema>(
  { environment }: CommandIo,
  method: 'GET' | 'POST',
  path: string,
  shape: T,
): Promise<v.InferOutput<T>> {
  const address = { socketPath: webSocketSetting(environment), timeoutMs: TIMEOUT_MS, service: 'notify-web' };
  const client = createSocketClient(address);
  try {
    const answer = await client.request(method, path);
    const problem = problemIn(answer, 'notify-web');
    if (problem !== undefined) throw problem;
    if (v.is(shape, answer.body)) return answer.body;
    throw new Problem('bad_answer', 'What answers is not notify-web, or another version of it.');
  } finally {
    await client.close();
  }
}

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ');

/** `notify-web sessions [USER]`. @throws Problem with the service's sentence */
export async function printSessions(io: CommandIo, user: string | undefined, { json }: Options): Promise<number> {
  const query = user === undefined ? '' : `?user=${encodeURIComponent(user)}`;
  const { sessions: list } = await ask(io, 'GET', `/sessions${query}`, sessions);
  const rows = list.map((one) => [one.user, cell(one.device), one.kind, minute(one.since), minute(one.seen)]);
  if (json) io.out(`${JSON.stringify(list, null, 2)}\n`);
  else if (rows.length === 0) io.out(user === undefined ? 'No user is logged in.\n' : `${user} is not logged in.\n`);
  else io.out(table([['USER', 'WHERE', 'KIND', 'SINCE (UTC)', 'LAST VISIT'], ...rows]));
  return 0;
}

/** `notify-web log-out USER`. @throws Problem with the service's sentence */
export async function logUserOut(io: CommandIo, user: string, { json }: Options): Promise<number> {
  const answer = await ask(io, 'POST', `/log-out?user=${encodeURIComponent(user)}`, ended);
  if (json) io.out(`${JSON.stringify({ ok: true, ...answer })}\n`);
  else if (answer.ended === 0) io.out(`${user} was not logged in.\n`);
  else io.out(`${user} is logged out; sessions ended: ${answer.ended}.\n`);
  return 0;
}
