import { Problem } from '../../../../core/problem.ts';
import type { DestinationAnswer } from '../../../../shared/api/answers.ts';
import { didYouMean } from '../../../../shared/text/did-you-mean.ts';
import { cell, table } from '../../../../shared/text/table.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';
import { requireName } from './names.ts';

interface ListOptions {
  readonly json?: boolean;
  /** Print the names alone, one a line, for the completion of shells. */
  readonly names?: boolean;
}

/** What a place is, for a person. */
function placeText({ title, type, thread, username }: DestinationAnswer): string {
  const kind = type === 'channel' ? 'channel' : 'group';
  const name = username === null ? title : `${title} @${username}`;
  return `${name} (${thread ? `topic of a ${kind}` : kind})`;
}

/** Who may send, for a person. */
const sendersText = ({ owner, senders }: DestinationAnswer): string =>
  senders.includes('*') ? 'everybody' : [owner, ...senders].join(', ');

function listText(destinations: readonly DestinationAnswer[]): string {
  if (destinations.length === 0) return 'There are no destinations yet: notify-runner destination add NAME\n';
  const rows = destinations.map((one) => [
    one.name,
    cell(placeText(one)),
    cell(one.owner),
    cell(sendersText(one)),
    one.unreachable === undefined ? 'ok' : 'refused by Telegram',
  ]);
  return table([['NAME', 'PLACE', 'OWNER', 'MAY SEND', 'STATE'], ...rows]);
}

/** `notify-runner destination list`. @throws Problem with the bot's sentence */
export function list(io: RunnerIo, { socketPath }: RunnerSettings, { json, names }: ListOptions): Promise<number> {
  return withBot(socketPath, async (client) => {
    const { destinations } = await client.destinations();
    if (names) io.out(destinations.map(({ name }) => `${name}\n`).join(''));
    else io.out(json ? `${JSON.stringify(destinations, null, 2)}\n` : listText(destinations));
    return DONE;
  });
}

function showText(one: DestinationAnswer): string {
  const lines = [
    ['Name', one.name],
    ['Place', cell(placeText(one), 200)],
    ['Owner', one.yours ? `${cell(one.owner)} (you)` : cell(one.owner)],
    ['May send', cell(sendersText(one), 2000)],
    ['Since', one.linked_at === null ? 'unknown' : one.linked_at.slice(0, 10)],
    ...(one.chat_id === undefined ? [] : [['Chat', String(one.chat_id)]]),
    ...(one.thread_id === undefined ? [] : [['Topic', String(one.thread_id)]]),
    ...(one.unreachable === undefined
      ? []
      : [['Refused', `since ${one.unreachable.since}. ${cell(one.unreachable.reason, 300)}`]]),
  ];
  return lines.map(([label = '', text = '']) => `${label.padEnd(10)}${text}\n`).join('');
}

/** `notify-runner destination show`. @throws Problem `usage`, `unknown_destination`, or with the bot's sentence */
export function show(io: RunnerIo, settings: RunnerSettings, name: string, { json }: ListOptions): Promise<number> {
  requireName(name);
  return withBot(settings.socketPath, async (client) => {
    const { destinations } = await client.destinations();
    const found = destinations.find((one) => one.name === name);
    if (found === undefined) {
      const known = destinations.map((one) => one.name);
      const meant = didYouMean(name, known);
      const hint =
        meant === undefined ? 'notify-runner destination list shows those you may see.' : `Did you mean ${meant}?`;
      throw new Problem('unknown_destination', `There is no destination named ${JSON.stringify(name)}. ${hint}`);
    }
    io.out(json ? `${JSON.stringify(found, null, 2)}\n` : showText(found));
    return DONE;
  });
}
