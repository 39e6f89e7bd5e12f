/** The sysadmin's commands for sessions: `notify-web sessions` and `notify-web log-out`. */
import type { Command } from 'commander';
import * as v from 'valibot';
import { cell, table } from '../../shared/text/table.ts';
import { askService, type CommandIo, type OutputOptions } from './ask-service.ts';

const text = v.string();
const sessions = v.object({
  sessions: v.array(v.object({ user: text, device: text, kind: text, by: text, since: text, seen: text })),
});
const ended = v.object({ user: text, ended: v.number() });

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ');

/** `notify-web sessions [USER]`. @throws Problem with the service's sentence */
async function printSessions(io: CommandIo, user: string | undefined, { json }: OutputOptions): Promise<number> {
  const query = user === undefined ? '' : `?user=${encodeURIComponent(user)}`;
  const { sessions: list } = await askService(io, 'GET', `/sessions${query}`, sessions);
  const rows = list.map((one) => [one.user, cell(one.device), one.kind, minute(one.since), minute(one.seen)]);
  if (json) io.out(`${JSON.stringify(list, null, 2)}\n`);
  else if (rows.length === 0) io.out(user === undefined ? 'No user is logged in.\n' : `${user} is not logged in.\n`);
  else io.out(table([['USER', 'WHERE', 'KIND', 'SINCE (UTC)', 'LAST VISIT'], ...rows]));
  return 0;
}

/** `notify-web log-out USER`. @throws Problem with the service's sentence */
async function logUserOut(io: CommandIo, user: string, { json }: OutputOptions): Promise<number> {
  const answer = await askService(io, 'POST', `/log-out?user=${encodeURIComponent(user)}`, ended);
  if (json) io.out(`${JSON.stringify({ ok: true, ...answer })}\n`);
  else if (answer.ended === 0) io.out(`${user} was not logged in.\n`);
  else io.out(`${user} is logged out; sessions ended: ${answer.ended}.\n`);
  return 0;
}

/** @param done gets the exit status of the command that ran */
export function defineSessionCommands(program: Command, io: CommandIo, done: (status: number) => void): void {
  program
    .command('sessions')
    .argument('[user]', 'whose sessions; all by default')
    .option('--json', 'print JSON')
    .description('list sessions; for root and the account of the service')
    .action(async (user: string | undefined, options) => done(await printSessions(io, user, options)));
  program
    .command('log-out')
    .argument('<user>', 'whose sessions to end')
    .option('--json', 'print JSON')
    .description('end all sessions of a user, in browsers and of programs')
    .action(async (user: string, options) => done(await logUserOut(io, user, options)));
}
