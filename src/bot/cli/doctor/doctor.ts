import { type Environment, socketSetting } from '../../../shared/process/settings.ts';
import { cell } from '../../../shared/text/table.ts';
import { type BotIo, DONE, FAILED } from '../io.ts';
import type { ListOptions } from '../lists.ts';
import { serviceEnvironment } from '../service-environment.ts';
import { openServiceStorage } from '../service-storage.ts';
import { checkMessages } from './check-messages.ts';
import { checkService } from './check-service.ts';
import { checkFile, checkGroup, checkSettings } from './check-settings.ts';
import { checkTelegram } from './check-telegram.ts';
import { checkUnits, readUnits } from './check-units.ts';
import type { Finding } from './finding.ts';

/** A setting; `undefined` when it is wrong, which the check of the settings reports. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Variables that Node reads at its start, such as `NODE_EXTRA_CA_CERTS`. */
const READ_AT_START = /^(NODE|SSL_CERT|OPENSSL)_/;

/** The service's variables of that kind that this process was started without; `undefined` when there are none. */
function missedAtStart(service: Environment, own: Environment): Environment | undefined {
  const missed = Object.entries(service).filter(([name]) => READ_AT_START.test(name) && own[name] === undefined);
  return missed.length === 0 ? undefined : Object.fromEntries(missed);
}

/** The data folder, its files, and what became of messages. */
async function checkStorage(io: BotIo): Promise<readonly Finding[]> {
  const storage = readable(() => openServiceStorage(io));
  if (storage === undefined) return [];
  const found = await storage.inspection.diagnose();
  const isReadable = found.every(({ ok, state }) => ok && state !== 'unchecked');
  return isReadable ? [...found, ...(await checkMessages(storage, Date.now()))] : found;
}

/** Drops what the service says of something that was found here already: the files are read here as well. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const isRepeated = (finding: Finding, at: number) =>
    findings
      .slice(0, at)
      .some(({ check, ok, seen }) => check === finding.check && (seen === finding.seen || (check === 'files' && !ok)));
  const isContradicted = ({ check, ok, state }: Finding) =>
    ok && state === undefined && findings.some((other) => other.check === check && !other.ok);
  return findings.filter((finding, at) => !isRepeated(finding, at) && !isContradicted(finding));
}

const markOf = ({ ok, state }: Finding) => {
  if (!ok) return '✗';
  if (state === undefined) return '✓';
  return state === 'warning' ? '!' : '?';
};

function print(io: BotIo, findings: readonly Finding[]): void {
  for (const finding of findings) {
    const { check, seen, todo } = finding;
    io.out(`${markOf(finding)} ${check.padEnd(9)} ${cell(seen, 400)}\n`);
    if (todo !== undefined) io.out(`            → ${todo}\n`);
  }
}

/**
 * `notify-bot doctor`: checks settings, Telegram, data folder, messages, units and the running service, and names what
 * to do. What this account can't see is no failure, nor is a warning.
 */
export async function doctor(io: BotIo, { json }: ListOptions): Promise<number> {
  const environment = serviceEnvironment(io.environment);
  const missed = missedAtStart(environment, io.environment);
  if (missed !== undefined) return io.rerun({ ...io.environment, ...missed });
  const { finding, settings } = checkSettings(environment, io.environment);
  const findings: Finding[] = [...checkFile(), finding];
  if (settings !== undefined) {
    const group = settings.group === undefined ? undefined : await checkGroup(settings.group, io.environment);
    if (group !== undefined) findings.push(group);
    findings.push(await checkTelegram(settings, io.environment));
  }
  const units = await readUnits(io.environment.PATH);
  const socketPath = readable(() => socketSetting(environment));
  const service = socketPath === undefined ? [] : await checkService(socketPath, io.uid, units);
  // Last, since it gives up root's rights.
  findings.push(...(await checkStorage(io)), ...checkUnits(units), ...service);
  const shown = withoutRepeats(findings);
  if (json) io.out(`${JSON.stringify(shown, null, 2)}\n`);
  else print(io, shown);
  return shown.every(({ ok }) => ok) ? DONE : FAILED;
}
