/**
 * The user's crontab as bytes, by crontab(1). Promises: what is not changed keeps its bytes, whatever its encoding; the
 * table that was there before the first change is kept in the state folder.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { reasonOf, storageProblem } from '../../../shared/files/storage-problem.ts';
import type { RunnerIo } from '../io.ts';
import { bytesOf, tableOf } from './crontab-lines.ts';

/** crontab(1) reports a missing table by this text alone: the exit status is that of any error. */
const NO_TABLE = /no crontab for/;

/** Runs crontab(1). @returns its output @throws Problem `no_cron`, `no_crontab` */
async function crontab(io: RunnerIo, args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<string> {
  const { failed, stdout, stderr, cause, exitCode } = await execa('crontab', args, {
    env: { ...io.environment, LC_ALL: 'C' },
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
    encoding: 'buffer',
  });
  if (!failed) return tableOf(stdout);
  if (errnoOf(cause) === 'ENOENT') {
    throw new Problem('no_crontab', 'cron is not installed: there is no crontab command (apt install cron).');
  }
  if (exitCode === undefined) {
    throw new Problem('no_cron', `crontab could not be run: ${reasonOf(cause)}.`, { cause });
  }
  const said = Buffer.from(stderr ?? []).toString('utf8');
  if (NO_TABLE.test(said)) return '';
  throw new Problem('no_cron', said.trim().split('\n')[0] || `crontab ended with exit code ${exitCode}.`);
}

/** The crontab, a character for each byte; empty where there is none. @throws Problem `no_cron` */
export const readTable = (io: RunnerIo): Promise<string> => crontab(io, ['-l']);

/** The path of the kept table. */
export const keptTable = (stateDir: string): string => join(stateDir, 'crontab.before');

/** Keeps the table that was there before the first change. @throws Problem `storage` */
function keep(stateDir: string, table: string): void {
  const path = keptTable(stateDir);
  try {
    makeDirs(stateDir, 0o700);
    writeFileSync(path, bytesOf(table), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw storageProblem(path, error);
  }
}

/** Replaces the crontab. @param before the table as it was read @throws Problem `no_cron`, `storage` */
export async function writeTable(io: RunnerIo, stateDir: string, before: string, table: string): Promise<void> {
  if (before !== '') keep(stateDir, before);
  await crontab(io, ['-'], bytesOf(table));
}
