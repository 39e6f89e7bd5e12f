/** Runs that are under way, as systemd knows them: each is a unit whose name says whose it is. */
import { randomBytes } from 'node:crypto';
import { Problem } from '../core/problem.ts';
import type { UnitRun } from '../shared/api/actor-protocol.ts';
import type { UnitCommand } from './become.ts';
import type { Ended } from './run-command.ts';

const UNIT = /^notify-run-(\d{1,10})-[0-9a-f]{12}\.service$/;

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

/** Reads that list. @throws Problem `failed` when systemd gave none */
export function unitRunsIn({ stdout, status }: Ended): readonly UnitRun[] {
  if (status !== 0) throw new Problem('failed', `systemd lists no units (status ${status}): see the journal.`);
  return stdout.split('\n').flatMap((line) => {
    const [unit = ''] = line.trim().split(/\s/, 1);
    const uid = UNIT.exec(unit)?.[1];
    return uid === undefined ? [] : [{ unit, uid: Number(uid) }];
  });
}
