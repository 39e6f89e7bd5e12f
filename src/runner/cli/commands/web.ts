import { Problem } from '../../../core/problem.ts';
import type { RunnerSettings } from '../../settings.ts';
import { DONE, type RunnerIo } from '../io.ts';
import { good, withBot } from './ask.ts';

/** `notify-runner web`. @throws Problem with the dashboard's sentence */
export function web(
  io: RunnerIo,
  { webSocketPath }: RunnerSettings,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const ask = withBot(webSocketPath, async (client) => good(await client.request('POST', '/login')), 'notify-web');
  return ask.then((answer) => {
    const { url } = answer;
    if (typeof url !== 'string') throw new Problem('bad_answer', 'The dashboard gave no address.');
    const words = `Open this within five minutes; it logs you in, once:\n  ${url}`;
    io.out(`${json ? JSON.stringify(answer) : words}\n`);
    return DONE;
  });
}
