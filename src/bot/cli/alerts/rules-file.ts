import { resolve } from 'node:path';
import { Problem } from '../../../core/problem.ts';
import { hostZone } from '../../../shared/time/host-time.ts';
import { type ReadFile, readRulesFile } from '../../rules/rules-source.ts';
import { alertsFileFrom } from '../../settings.ts';
import type { BotIo } from '../io.ts';
import { serviceEnvironment } from '../service-environment.ts';

/** A file of rules that a command is for. */
export interface NamedFile {
  readonly path: string;
  /** `undefined` where there is no file, and none was named. */
  readonly read: ReadFile | undefined;
}

/**
 * Reads the rules that a command names, or those of the service.
 *
 * @throws Problem `no_file` for a named file that is not there, `bad_setting`
 */
export async function readNamedRules(io: BotIo, file: string | undefined): Promise<NamedFile> {
  const path = file === undefined ? alertsFileFrom(serviceEnvironment(io.environment)) : resolve(file);
  // As for the service, the host's zone is that of times and schedules that name none.
  const read = await readRulesFile(path, hostZone);
  if (read === undefined && file !== undefined) throw new Problem('no_file', `${path} does not exist.`);
  return { path, read };
}
