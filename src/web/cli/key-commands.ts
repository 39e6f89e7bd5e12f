/** The sysadmin's commands for machine keys: `notify-web keys add`, `list` and `remove`. */
import type { Command } from 'commander';
import * as v from 'valibot';
import { table } from '../../shared/text/table.ts';
import { askService, type CommandIo, type OutputOptions } from './ask-service.ts';

const text = v.string();
const maybeText = v.exactOptional(text);
const keyList = v.object({
  keys: v.array(
    v.object({ name: text, owner: text, to: maybeText, signed: v.boolean(), created_at: text, used_on: maybeText }),
  ),
});
const issued = v.object({ name: text, owner: text, to: maybeText, key: text, secret: maybeText });
const done = v.object({ ok: v.literal(true) });

interface AddOptions extends OutputOptions {
  readonly owner: string;
  readonly to?: string;
  readonly signed?: boolean;
}

async function addKey(io: CommandIo, name: string, { owner, to, signed, json }: AddOptions): Promise<number> {
  const query = new URLSearchParams({
    name,
    owner,
    ...(to !== undefined && { to }),
    ...(signed && { signed: 'true' }),
  });
  const answer = await askService(io, 'POST', `/keys?${query}`, issued);
  if (json) {
    io.out(`${JSON.stringify(answer)}\n`);
    return 0;
  }
  const secret = answer.secret === undefined ? '' : `Secret of the signatures: ${answer.secret}\n`;
  io.out(`Key: ${answer.key}\n${secret}It is shown once. Alerts that it posts belong to ${answer.owner}.\n`);
  return 0;
}

async function listKeys(io: CommandIo, { json }: OutputOptions): Promise<number> {
  const { keys } = await askService(io, 'GET', '/keys', keyList);
  const rows = keys.map(({ name, owner, to = '', signed, created_at: at, used_on: used = 'never' }) => [
    name,
    owner,
    to,
    signed ? 'yes' : 'no',
    at.slice(0, 10),
    used,
  ]);
  if (json) io.out(`${JSON.stringify(keys, null, 2)}\n`);
  else if (rows.length === 0) io.out('There are no machine keys.\n');
  else io.out(table([['NAME', 'OWNER', 'TO', 'SIGNED', 'MADE (UTC)', 'LAST USED'], ...rows]));
  return 0;
}

async function removeKey(io: CommandIo, name: string, { json }: OutputOptions): Promise<number> {
  const answer = await askService(io, 'DELETE', `/keys?name=${encodeURIComponent(name)}`, done);
  io.out(json ? `${JSON.stringify({ ...answer, name })}\n` : `${name} is removed; its key no longer works.\n`);
  return 0;
}

/** @param finish gets the exit status of the command that ran */
export function defineKeyCommands(program: Command, io: CommandIo, finish: (status: number) => void): void {
  const keys = program
    .command('keys')
    .description('keys with which programs post alerts; for root and the account of the service')
    .helpCommand(false);
  keys
    .command('add')
    .argument('<name>', 'what to call the key')
    .requiredOption('--owner <user>', 'the account that the alerts belong to')
    .option('--to <destination>', 'where the alerts go; by default the rules decide')
    .option('--signed', 'take only requests with a signature, as GitHub makes; prints its secret too')
    .option('--json', 'print JSON')
    .description('make a key and print it, once')
    .action(async (name: string, options) => finish(await addKey(io, name, options)));
  keys
    .command('list')
    .option('--json', 'print JSON')
    .description('list the keys with the day of their last use')
    .action(async (options) => finish(await listKeys(io, options)));
  keys
    .command('remove')
    .argument('<name>', 'the key to remove')
    .option('--json', 'print JSON')
    .description('remove a key; it no longer works')
    .action(async (name: string, options) => finish(await removeKey(io, name, options)));
}
