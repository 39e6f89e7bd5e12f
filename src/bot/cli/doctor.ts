import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { createApiClient } from '../../shared/api/client.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { redact } from '../../shared/process/log.ts';
import type { Environment } from '../../shared/process/settings.ts';
import { socketSetting } from '../../shared/process/settings.ts';
import { cell } from '../../shared/text/table.ts';
import { createLinks } from '../../storage/files/links/links.ts';
import { createAccounts, requireGroup } from '../api/callers/accounts.ts';
import { type BotSettings, dataDirFrom, readBotSettings } from '../settings.ts';
import { classify } from '../telegram/classify.ts';
import { createTelegramClient } from '../telegram/client.ts';
import { describeError } from '../telegram/http.ts';
import { type BotIo, DONE, FAILED } from './io.ts';
import type { ListOptions } from './lists.ts';
import { serviceEnvironment } from './service-environment.ts';

/** The result of one check: whether it passed, what was found, and what to do. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly seen: string;
  readonly todo?: string;
}

const good = (check: string, seen: string): Finding => ({ check, ok: true, seen });
const bad = (check: string, seen: string, todo: string): Finding => ({ check, ok: false, seen, todo });

/** With less space the queue may soon be refused: a thousand messages with pictures, in bytes. */
const LITTLE_SPACE = 200 * 1024 * 1024;

const RESTART = 'then: systemctl restart notify-bot';

async function checkSettings(environment: Environment): Promise<Finding | BotSettings> {
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

async function checkTelegram(settings: BotSettings): Promise<Finding> {
  const client = createTelegramClient(settings.token, settings.apiRoot, { connections: 1, onCall: () => {} });
  try {
    const signal = AbortSignal.timeout(10_000) as Parameters<typeof client.api.getMe>[0];
    const me = await client.api.getMe(signal);
    return good('telegram', `${settings.apiRoot} knows the bot as @${me.username}`);
  } catch (error) {
    const seen = redact(describeError(error), [settings.token]);
    const outcome = classify(error);
    if (outcome.kind === 'retry' && outcome.scope === 'token')
      return bad(
        'telegram',
        `the token is refused: ${seen}`,
        `Ask @BotFather for the token (/mybots), put it in the place of the old one (/etc/notify-bot/telegram-bot-token), ${RESTART}`,
      );
    return bad('telegram', seen, `Let this server reach ${settings.apiRoot}: firewall, proxy, DNS`);
  } finally {
    await client.close();
  }
}

async function checkDataDir(dataDir: string): Promise<Finding> {
  try {
    const { mode } = await stat(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((mode & 0o007) !== 0) return bad('data', `${dataDir} is open to everybody`, `chmod 0750 ${dataDir}`);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const seen = `${dataDir}, ${Math.round(free / 1024 / 1024)} MB free`;
    return free < LITTLE_SPACE ? bad('data', seen, 'Make room on that disk') : good('data', seen);
  } catch (error) {
    return bad(
      'data',
      `${dataDir}: ${reasonOf(error)}`,
      'Run this as root or as the service’s user; the service makes the folder at its first start',
    );
  }
}

async function checkFiles(dataDir: string): Promise<Finding> {
  const corrupt = await readdir(join(dataDir, 'outbox', 'corrupt')).catch(() => []);
  if (corrupt.length > 0) {
    return bad(
      'files',
      `${corrupt.length} unreadable file(s) in outbox/corrupt/`,
      'Look at them; repair and move them back, or remove them',
    );
  }
  try {
    const links = createLinks({ dataDir, now: () => Date.now() });
    const problem = await links.check();
    if (problem !== undefined) return bad('files', problem.message, 'Repair that file by hand; nothing overwrites it');
    return good('files', `${links.count()} linked`);
  } catch (error) {
    return bad('files', sentenceOf(error), 'Repair that file by hand; nothing overwrites it');
  }
}

async function checkSocket(socketPath: string): Promise<Finding> {
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
function readable(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** `notify-bot doctor`: checks token, Telegram, data folder and socket, and names what to do. */
export async function doctor(io: BotIo, { json }: ListOptions): Promise<number> {
  const environment = serviceEnvironment(io.environment);
  const settings = await checkSettings(environment);
  const findings: Finding[] = [];
  if ('check' in settings) findings.push(settings);
  else findings.push(good('settings', 'complete'), await checkTelegram(settings));
  const dataDir = readable(() => dataDirFrom(environment));
  const data = dataDir === undefined ? undefined : await checkDataDir(dataDir);
  if (data !== undefined) findings.push(data);
  if (dataDir !== undefined && data?.ok) findings.push(await checkFiles(dataDir));
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
