import { Problem, sentenceOf } from '../../core/problem.ts';
import { createApiClient } from '../../shared/api/client.ts';
import { redact } from '../../shared/process/log.ts';
import type { Environment } from '../../shared/process/settings.ts';
import { socketSetting } from '../../shared/process/settings.ts';
import { cell } from '../../shared/text/table.ts';
import type { StorageFinding } from '../../storage/ports.ts';
import { createAccounts, requireGroup } from '../api/callers/accounts.ts';
import { type BotSettings, readBotSettings } from '../settings.ts';
import { secretsOf } from '../telegram/address.ts';
import { refusalStatus } from '../telegram/classify.ts';
import { createTelegramClient } from '../telegram/client.ts';
import { describeError } from '../telegram/http.ts';
import { type BotIo, DONE, FAILED } from './io.ts';
import { writtenMistakes } from './known-settings.ts';
import type { ListOptions } from './lists.ts';
import { ENV_FILE, serviceEnvironment } from './service-environment.ts';
import { openServiceStorage } from './service-storage.ts';

const good = (check: string, seen: string): StorageFinding => ({ check, ok: true, seen });
const bad = (check: string, seen: string, todo: string): StorageFinding => ({ check, ok: false, seen, todo });

const RESTART = 'then: systemctl restart notify-bot';

async function checkSettings(environment: Environment): Promise<StorageFinding | BotSettings> {
  try {
    const settings = readBotSettings(environment);
    if (settings.group !== undefined) await requireGroup(createAccounts(), settings.group);
    return settings;
  } catch (error) {
    const isToken = error instanceof Problem && error.code === 'no_token';
    return bad(
      'settings',
      sentenceOf(error),
      `${isToken ? 'Put it there' : 'Correct it in /etc/notify-bot/env'}, ${RESTART}`,
    );
  }
}

async function checkTelegram({ token, telegram: address }: BotSettings): Promise<StorageFinding> {
  const client = createTelegramClient(token, { address, connections: 1, onCall: () => {} });
  const { root, proxy } = address;
  const way = proxy === undefined ? '' : ` by the proxy ${proxy.shown} (${proxy.from})`;
  try {
    const signal = AbortSignal.timeout(15_000) as Parameters<typeof client.api.getMe>[0];
    const me = await client.api.getMe(signal);
    return good('telegram', `${root} knows the bot as @${me.username}${way}`);
  } catch (error) {
    const seen = `${redact(describeError(error), [token, ...secretsOf(address)])}${way}`;
    if (refusalStatus(error) === 401)
      return bad(
        'telegram',
        `the token is refused: ${seen}`,
        `Ask @BotFather for the token (/mybots), put it in the place of the old one (/etc/notify-bot/telegram-bot-token), ${RESTART}`,
      );
    if (refusalStatus(error) === 404)
      return bad(
        'telegram',
        `${root} does not know this address: ${seen}`,
        `Check the path of TELEGRAM_API_ROOT in /etc/notify-bot/env, and that the token is complete, ${RESTART}`,
      );
    return bad('telegram', seen, `Let this server reach ${root}: firewall, proxy (TELEGRAM_PROXY), DNS`);
  } finally {
    await client.close();
  }
}

async function checkSocket(socketPath: string): Promise<StorageFinding> {
  const client = createApiClient({ socketPath, timeoutMs: 5000 });
  try {
    const { status, reasons = [] } = await client.health();
    if (status === 'ok') return good('socket', `${socketPath} answers; the service is well`);
    return bad('socket', `${socketPath} answers: ${reasons.join(' ')}`, 'See journalctl -u notify-bot');
  } catch (error) {
    return bad('socket', sentenceOf(error), 'systemctl start notify-bot, then journalctl -u notify-bot');
  } finally {
    await client.close();
  }
}

/** A setting; `undefined` when it is wrong, which the check of the settings reports. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The mistakes in the file of settings, a finding each. */
const checkFile = (): StorageFinding[] =>
  writtenMistakes().map((mistake) => bad('settings', `${ENV_FILE} ${mistake}`, `Correct that line, ${RESTART}`));

/** Variables that Node reads at its start, such as `NODE_EXTRA_CA_CERTS`. */
const READ_AT_START = /^(NODE|SSL_CERT|OPENSSL)_/;

/** The service's variables of that kind that this process was started without; `undefined` when there are none. */
function missedAtStart(service: Environment, own: Environment): Environment | undefined {
  const missed = Object.entries(service).filter(([name]) => READ_AT_START.test(name) && own[name] === undefined);
  return missed.length === 0 ? undefined : Object.fromEntries(missed);
}

/** `notify-bot doctor`: checks token, Telegram, data folder and socket, and names what to do. */
export async function doctor(io: BotIo, { json }: ListOptions): Promise<number> {
  const environment = serviceEnvironment(io.environment);
  const missed = missedAtStart(environment, io.environment);
  if (missed !== undefined) return io.rerun({ ...io.environment, ...missed });
  const settings = await checkSettings(environment);
  const findings: StorageFinding[] = checkFile();
  if ('check' in settings) findings.push(settings);
  else findings.push(good('settings', 'complete'), await checkTelegram(settings));
  const storage = readable(() => openServiceStorage(io));
  if (storage !== undefined) findings.push(...(await storage.inspection.diagnose()));
  const socketPath = readable(() => socketSetting(environment));
  if (socketPath !== undefined) findings.push(await checkSocket(socketPath));
  if (json) io.out(`${JSON.stringify(findings, null, 2)}\n`);
  else
    for (const { check, ok, seen, todo } of findings) {
      io.out(
        `${ok ? '✓' : '✗'} ${check.padEnd(9)} ${cell(seen, 400)}\n${todo === undefined ? '' : `            → ${todo}\n`}`,
      );
    }
  return findings.every(({ ok }) => ok) ? DONE : FAILED;
}
