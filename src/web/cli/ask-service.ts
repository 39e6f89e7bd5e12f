/** How the sysadmin's commands ask the running service, over its socket on this host. */
import * as v from 'valibot';
import { Problem } from '../../core/problem.ts';
import { problemIn } from '../../shared/api/error-answer.ts';
import { createSocketClient, type Method } from '../../shared/http/socket-client.ts';
import { type Environment, webSocketSetting } from '../../shared/process/settings.ts';

const TIMEOUT_MS = 15_000;

/** The parts of the process that the commands use. */
export interface CommandIo {
  readonly environment: Environment;
  out(text: string): void;
}

/** Options of every command. */
export interface OutputOptions {
  /** Print JSON for a program. */
  readonly json?: boolean;
}

/** One request to the service. @throws Problem with the service's sentence; `bad_answer`, `no_service` */
export async function askService<T extends v.GenericSchema>(
  { environment }: CommandIo,
  method: Method,
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
