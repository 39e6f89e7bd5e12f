import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';
import { requireName } from './names.ts';

/** How long the bot may delay its answer until the message is delivered, ms. */
const WAIT_MS = 10_000;

/** `notify-runner destination test`. @throws Problem `usage`, or with the bot's sentence */
export function test(
  io: RunnerIo,
  settings: RunnerSettings,
  name: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  requireName(name);
  return withBot(settings.socketPath, async (client) => {
    const { user } = await client.status();
    const answer = await client.send({
      to: name,
      text: `${user} tests the destination ${name}: messages arrive here.`,
      parse_mode: 'none',
      source: 'notify-runner destination test',
      wait: WAIT_MS,
    });
    const isSent = answer.status === 'sent';
    const text = isSent ? `Sent to ${name}.` : `Queued for ${name}: the bot sends it as soon as it can.`;
    io.out(`${json ? JSON.stringify(answer) : text}\n`);
    return DONE;
  });
}
