import type { SkippedFile } from '../outcomes.ts';
import { hasHiddenShebang, startsWithShebang } from './first-line.ts';

/** Whether a skipped file was probably meant to run: notes and data lie in the folder too, without `#!`. */
export function looksMeant({ path, reason }: SkippedFile): boolean {
  if (reason.code !== 'not_executable') return true;
  try {
    return startsWithShebang(path) || hasHiddenShebang(path);
  } catch {
    return false;
  }
}
