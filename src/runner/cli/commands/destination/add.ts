import { isTopicName } from '../../../../core/destination.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';
import { clockOf, qrText } from '../link.ts';
import { requireName, sendersIn } from './names.ts';

interface AddOptions {
  /** Who may send beside the owner, between commas. */
  readonly senders?: readonly string[];
  readonly json?: boolean;
}

/** What to do with a code. A link's code goes to the group as a whole, so a topic has none. */
function instructions(name: string, code: string, url: string): string {
  const command = `/link ${code}`;
  const bot = new URL(url).pathname.slice(1);
  const others = `Where the group has other bots too, send /link@${bot} ${code}`;
  if (isTopicName(name)) return `In the topic, with the bot in its group, send\n  ${command}\n${others}\n`;
  return [
    `A group: open this link, or scan the code above; it adds the bot\n  ${url}`,
    `A group that has the bot, or one of its topics: send there\n  ${command}\n${others}`,
    `A channel: make the bot an administrator who may post messages, and post there\n  ${command}\n`,
  ].join('\n\n');
}

/** `notify-runner destination add`. @throws Problem `usage`, or with the bot's sentence */
export function add(io: RunnerIo, settings: RunnerSettings, name: string, options: AddOptions): Promise<number> {
  requireName(name);
  const senders = options.senders === undefined ? undefined : sendersIn(options.senders);
  return withBot(settings.socketPath, async (client) => {
    const answer = await client.addDestination({ name, ...(senders !== undefined && { senders }) });
    if (options.json) {
      io.out(`${JSON.stringify(answer)}\n`);
      return DONE;
    }
    const { code, url, expires_at: expires } = answer;
    if (!isTopicName(name)) io.out(`${await qrText(url)}\n\n`);
    const clock = clockOf(Date.parse(expires), settings);
    io.out(`The code for ${name} is ${code}, good once and until ${clock}.\n\n${instructions(name, code, url)}`);
    return DONE;
  });
}
