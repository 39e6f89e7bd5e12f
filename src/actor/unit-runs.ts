/** Runs that are under way, as systemd knows them: each is a unit whose name says whose it is. */
import { randomBytes } from 'node:crypto';
import { Problem } from '../core/problem.ts';
import { type UnitRun, uidOfRunUnit } from '../shared/api/actor/protocol.ts';
import type { UnitCommand } from './become.ts';
import type { Ended } from './run-command.ts';

/** A name for the unit of a new run. */
export function newRunUnit(uid: number): string {
  return `notify-run-${uid}-${randomBytes(6).toString('hex')}.service`;
}

/** Lists the units that have not ended, systemctl(1): one a line, with its name first. */
export const LIST_RUNS: UnitCommand = {
  file: '/usr/bin/systemctl',
  args: [
    'list-units',
    '--type=service',
    '--state=active,activating,reloading,deactivating',
    '--plain',
    '--full',
    '--no-legend',
    '--no-pager',
    'notify-run-*',
  ],
  environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
};

/** systemctl's exit status for a unit that it does not know, systemctl(1): the run has ended. */
const NOT_LOADED = 5;

/** Ends a unit with its control group, and waits until it has ended, systemctl(1). */
export const stopRunUnit = (unit: string): UnitCommand => ({
  file: LIST_RUNS.file,
  args: ['stop', '--quiet', '--no-ask-password', '--', unit],
  environment: LIST_RUNS.environment,
});

/** Whether that ended it, or it had ended before. @throws Problem `failed` */
export function wasStopped({ status }: Ended): boolean {
  if (status !== 0 && status !== NOT_LOADED) {
    throw new Problem('failed', `systemd could not stop the run (status ${status}): see the journal.`);
  }
  return status === 0;
}

/** Reads the list of {@link LIST_RUNS}. @throws Problem `failed` when systemd gave none */
export function unitRunsIn({ stdout, status }: Ended): readonly UnitRun[] {
  if (status !== 0) throw new Problem('failed', `systemd lists no units (status ${status}): see the journal.`);
  return stdout.split('\n').flatMap((line) => {
    const [unit = ''] = line.trim().split(/\s/, 1);
    const uid = uidOfRunUnit(unit);
    return uid === undefined ? [] : [{ unit, uid }];
  });
}
