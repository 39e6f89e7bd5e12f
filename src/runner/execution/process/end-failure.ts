/** Why a process that ended counts as failed. */
import { errnoOf } from '../../../core/problem.ts';
import type { RunFailure } from '../../outcomes.ts';
import { hasWindowsShebang } from '../../scripts/first-line.ts';
import type { ScriptCommand } from '../../scripts/interpreter.ts';

/** How a child process ended, or why it never began. */
export type ChildEnd =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly error: Error };

/** The status with which `env` reports that a program does not exist. */
const ENV_NOT_FOUND = 127;

function startFailure(error: Error, { file }: ScriptCommand): RunFailure {
  switch (errnoOf(error)) {
    case 'ENOENT':
      return { code: hasWindowsShebang(file) ? 'windows_lines' : 'not_found', path: file };
    case 'EAGAIN':
      return { code: 'too_many_processes' };
    default:
      return { code: 'not_started', cause: error };
  }
}

/** The failure of a process; `undefined` when it ended with status 0. */
export function failureOf(end: ChildEnd, command: ScriptCommand): RunFailure | undefined {
  if ('error' in end) return startFailure(end.error, command);
  if (end.signal !== null) return { code: 'signal', signal: end.signal };
  if (end.code === ENV_NOT_FOUND && hasWindowsShebang(command.file)) {
    return { code: 'windows_lines', path: command.file };
  }
  return end.code === 0 ? undefined : { code: 'exit_status', status: end.code ?? 1 };
}
