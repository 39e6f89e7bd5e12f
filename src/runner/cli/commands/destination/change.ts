import { Problem } from '../../../../core/problem.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { DONE, type RunnerIo } from '../../io.ts';
import { withBot } from '../ask.ts';
import { requireName, sendersIn } from './names.ts';

interface Options {
  readonly json?: boolean;
}

/** `notify-runner destination remove`. @throws Problem `usage`, or with the bot's sentence */
export function remove(io: RunnerIo, settings: RunnerSettings, name: string, { json }: Options): Promise<number> {
  requireName(name);
  return withBot(settings.socketPath, async (client) => {
    await client.removeDestination(name);
    io.out(json ? `${JSON.stringify({ ok: true, name })}\n` : `Removed: nothing can be sent to ${name} any more.\n`);
    return DONE;
  });
}

/**
 * `notify-runner destination allow` and `deny`.
 *
 * @param kind what happens to the names
 * @throws Problem `usage`, or with the bot's sentence
 */
export function changeSenders(
  io: RunnerIo,
  settings: RunnerSettings,
  kind: 'allow' | 'deny',
  name: string,
  words: readonly string[],
  { json }: Options,
): Promise<number> {
  requireName(name);
  const names = sendersIn(words);
  if (names.length === 0) throw new Problem('usage', `Name whom to ${kind}: a user, %group, or * for everybody.`);
  return withBot(settings.socketPath, async (client) => {
    const answer = await client.changeSenders(name, { [kind]: names });
    const { senders } = answer;
    const who = senders.includes('*') ? 'everybody' : ['its owner', ...senders].join(', ');
    io.out(json ? `${JSON.stringify(answer)}\n` : `May send to ${name} now: ${who}.\n`);
    return DONE;
  });
}
