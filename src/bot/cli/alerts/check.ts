import { personOf } from '../../../core/destination.ts';
import { mistakeText } from '../../rules/file/mistakes.ts';
import type { RulesModel } from '../../rules/model.ts';
import { type BotIo, DONE, FAILED } from '../io.ts';
import { withService } from '../with-service.ts';
import { readNamedRules } from './rules-file.ts';

interface CheckOptions {
  readonly json?: boolean;
}

/** Every address of the rules, once. */
function addressesIn({ defaults, alerts, routes, escalations, rotations, reports }: RulesModel): readonly string[] {
  const lists = [
    defaults.to,
    ...[...alerts.values()].map(({ settings }) => settings.to ?? []),
    ...routes.map(({ settings }) => settings.to ?? []),
    ...[...escalations.values()].flat().map(({ to }) => to),
    ...reports.map(({ to }) => to),
    ...[...rotations.values()].map(({ people }) => people.map((person) => `user:${person}`)),
  ];
  return [...new Set(lists.flat())];
}

/** What a running service does not know of the addresses, a sentence each; none where no service runs. */
async function unknownAddresses(io: BotIo, model: RulesModel): Promise<readonly string[]> {
  const addresses = addressesIn(model).filter((one) => one !== 'owner' && !/^(?:%|rotation:)/.test(one));
  try {
    return await withService(io, async (client) => {
      const [{ destinations }, { users }] = [await client.destinations(), await client.users()];
      const known = new Set(
        destinations.flatMap(({ name, username }) => [name, ...(username ? [`@${username}`] : [])]),
      );
      const linked = new Set(users.map(({ user }) => user));
      return addresses.flatMap((address) => {
        const person = personOf(address);
        if (person !== undefined) return linked.has(person) ? [] : [`${person} is not linked to a Telegram chat.`];
        return known.has(address)
          ? []
          : [`there is no destination ${address} yet: see \`notify-runner destination add\`.`];
      });
    });
  } catch {
    return [];
  }
}

const counted = (count: number, one: string, several = `${one}s`) => `${count} ${count === 1 ? one : several}`;

const summaryOf = ({ alerts, routes, escalations, rotations, times, templates }: RulesModel) =>
  [
    counted(routes.length, 'route'),
    counted(alerts.size, 'alert'),
    counted(escalations.size, 'escalation'),
    counted(rotations.size, 'rotation'),
    counted(times.size, 'time'),
    counted(templates.size, 'template'),
  ].join(', ');

/** `notify-bot alerts check [FILE]` @throws Problem `no_file`, `bad_setting` */
export async function checkRules(io: BotIo, file: string | undefined, { json }: CheckOptions): Promise<number> {
  const { path, read } = await readNamedRules(io, file);
  const mistakes = read !== undefined && 'problem' in read ? read.mistakes : [];
  const isWrong = read !== undefined && 'problem' in read;
  const warnings = read !== undefined && 'model' in read ? await unknownAddresses(io, read.model) : [];
  if (json) {
    const problem = isWrong ? { problem: read.problem } : {};
    io.out(
      `${JSON.stringify({ ok: !isWrong, file: path, exists: read !== undefined, ...problem, mistakes, warnings }, null, 2)}\n`,
    );
    return isWrong ? FAILED : DONE;
  }
  if (read === undefined) {
    io.out(`${path} does not exist: every alert goes to the account that posted it.\n`);
  } else if ('problem' in read) {
    const lines = mistakes.length === 0 ? [read.problem] : mistakes.map((one) => `${path} ${mistakeText(one)}`);
    for (const line of lines) io.err(`notify-bot: ${line}\n`);
  } else {
    io.out(`${path} has no mistakes: ${summaryOf(read.model)}.\n`);
    for (const warning of warnings) io.err(`notify-bot: ${warning}\n`);
  }
  return isWrong ? FAILED : DONE;
}
