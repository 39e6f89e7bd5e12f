import { type Environment, socketSetting } from '../../../shared/process/settings.ts';
import { cell } from '../../../shared/text/table.ts';
import { type BotIo, DONE, FAILED } from '../io.ts';
import type { ListOptions } from '../lists.ts';
import { serviceEnvironment } from '../service-environment.ts';
import { checkService } from './check-service.ts';
import { checkFile, checkGroup, checkSettings } from './check-settings.ts';
import { checkStorage } from './check-storage.ts';
import { checkTelegram } from './check-telegram.ts';
import { checkUnits, readUnits } from './check-units.ts';
import { type Finding, readable } from './finding.ts';

/** Variables that Node reads at its start, such as `NODE_EXTRA_CA_CERTS`. */
const READ_AT_START = /^(NODE|SSL_CERT|OPENSSL)_/;

/** The service's variables of that kind that this process was started without; `undefined` when there are none. */
function missedAtStart(service: Environment, own: Environment): Environment | undefined {
  const missed = Object.entries(service).filter(([name]) => READ_AT_START.test(name) && own[name] === undefined);
  return missed.length === 0 ? undefined : Object.fromEntries(missed);
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
  findings.push(...(await checkStorage(io)));
  const units = await readUnits(io.environment.PATH);
  findings.push(...checkUnits(units));
  const socketPath = readable(() => socketSetting(environment));
  if (socketPath !== undefined) findings.push(...(await checkService(socketPath, io.uid, units)));
  const shown = withoutRepeats(findings);
  if (json) io.out(`${JSON.stringify(shown, null, 2)}\n`);
  else print(io, shown);
  return shown.every(({ ok }) => ok) ? DONE : FAILED;
}
