import { Problem } from '../../../core/problem.ts';
import { problemIn } from '../../../shared/api/error-answer.ts';
import { createSocketClient } from '../../../shared/http/socket-client.ts';
import { isJsonObject } from '../../../shared/json/json-object.ts';
import type { RunnerSettings } from '../../settings.ts';
import { DONE, type RunnerIo } from '../io.ts';

const TIMEOUT_MS = 15_000;

/** `notify-runner web`. @throws Problem with the dashboard's sentence */
export async function web(
  io: RunnerIo,
  { webSocketPath }: RunnerSettings,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const client = createSocketClient({ socketPath: webSocketPath, timeoutMs: TIMEOUT_MS, service: 'notify-web' });
  try {
    const answer = await client.request('POST', '/login');
    const problem = problemIn(answer, 'notify-web');
    if (problem !== undefined) throw problem;
    const { body } = answer;
    if (!isJsonObject(body) || typeof body.url !== 'string') {
      throw new Problem('bad_answer', 'The dashboard gave no address.');
    }
    const text = `Open this within five minutes; it logs you in, once:\n  ${body.url}`;
    io.out(`${json ? JSON.stringify(body) : text}\n`);
    return DONE;
  } finally {
    await client.close();
  }
}
