import { Problem } from '../../core/problem.ts';
import { createSocketClient, type SocketAnswer } from '../../shared/http/socket-client.ts';
import { socketSetting } from '../../shared/process/settings.ts';
import { createSpool } from '../../storage/files/deliveries/spool.ts';
import { createLinks } from '../../storage/files/links/links.ts';
import { dataDirFrom } from '../settings.ts';
import { type BotIo, DONE, FAILED } from './io.ts';
import type { ListOptions } from './lists.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Longer than any answer takes that doesn't wait for Telegram. */
const TIMEOUT_MS = 30_000;

async function post(io: BotIo, path: string, body: object): Promise<SocketAnswer> {
  const client = createSocketClient({
    socketPath: socketSetting(serviceEnvironment(io.environment)),
    timeoutMs: TIMEOUT_MS,
  });
  try {
    return await client.request('POST', path, body);
  } finally {
    await client.close();
  }
}

/** The service's sentence for an answer that is not a success. */
function refusal({ status, body }: SocketAnswer): Problem | undefined {
  if (status < 400) return undefined;
  const error =
    typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : `it answered ${status}`;
  return new Problem('refused', error);
}

/** `notify-bot unlink USER`: through the service, or on its file while the service is stopped. */
export async function unlinkUser(io: BotIo, user: string, { json }: ListOptions): Promise<number> {
  let unlinked: boolean;
  try {
    const answer = await post(io, '/unlink', { user });
    const refused = refusal(answer);
    if (refused !== undefined) throw refused;
    unlinked = (answer.body as { unlinked?: boolean }).unlinked ?? true;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'no_service') throw error;
    const links = createLinks({ dataDir: dataDirFrom(serviceEnvironment(io.environment)), now: () => Date.now() });
    unlinked = (await links.unlink(user)) !== undefined;
  }
  if (json) io.out(`${JSON.stringify({ ok: unlinked, user })}\n`);
  else if (unlinked) io.out(`${user} is unlinked.\n`);
  if (!unlinked) io.err(`notify-bot: ${user} was not linked.\n`);
  return unlinked ? DONE : FAILED;
}

/** `notify-bot retry ID… | --all`: sends failed deliveries again, through the service. */
export async function retryFailed(
  io: BotIo,
  names: readonly string[],
  options: ListOptions & { all?: boolean },
): Promise<number> {
  const dataDir = dataDirFrom(serviceEnvironment(io.environment));
  const wanted = options.all ? (await createSpool(dataDir).failed()).deliveries.map((d) => d.delivery) : names;
  let status = DONE;
  const results: object[] = [];
  for (const delivery of wanted) {
    const refused = refusal(await post(io, '/retry', { delivery }));
    results.push(refused === undefined ? { delivery, ok: true } : { delivery, ok: false, error: refused.message });
    if (refused === undefined) {
      if (!options.json) io.out(`${delivery} is on its way again.\n`);
    } else {
      io.err(`notify-bot: ${delivery}: ${refused.message}\n`);
      status = FAILED;
    }
  }
  if (options.json) io.out(`${JSON.stringify(results)}\n`);
  else if (wanted.length === 0) io.out('Nothing failed, so nothing is sent again.\n');
  return status;
}
