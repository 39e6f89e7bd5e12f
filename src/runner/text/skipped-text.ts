/** Sentences on files of the folder that are not run. */
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import type { SkippedFile } from '../outcomes.ts';
import { printable, printableName } from './plain-text.ts';

/** The command that removes the byte order mark of a file. */
export const withoutMark = (path: string): string => `sed -i '1s/^\\xEF\\xBB\\xBF//' ${shellWord(printable(path))}`;

/** Why a file is not run and what to do, as a clause. */
function reasonText({ path, reason }: SkippedFile): string {
  switch (reason.code) {
    case 'dangling_link':
      return `it is a link to ${printable(reason.target)}, which does not exist`;
    case 'unreachable':
      return `it can't be reached: ${reasonOf(reason.cause)}`;
    case 'not_utf8':
      return 'its name is not UTF-8; rename it';
    case 'ending_case':
      return `its ending is not written so; rename it to ${printableName(reason.rightName)}`;
    case 'conflict_copy':
      return 'it is a copy that was left by a conflict; merge it into the other file and remove it, or rename it';
    case 'leftover':
      return 'its name says that it is a leftover; remove it, or rename it';
    case 'byte_order_mark':
      return `a byte order mark stands before its #!, which is then not found; ${withoutMark(path)}`;
    case 'not_executable':
      return `it is not executable, and its ending names no interpreter; chmod +x ${shellWord(printable(path))}, or rename it`;
  }
}

/** Why a file of the folder is not run, as a sentence that begins with its name. */
export const skippedText = (file: SkippedFile): string =>
  `${JSON.stringify(file.name)} is skipped: ${reasonText(file)}.`;

/** Names that are listed. */
const MAX_NAMED = 10;

/** Which files are leftovers by their names, as a sentence. */
export function leftoversText(names: readonly string[]): string {
  const left = names.length - MAX_NAMED;
  const shown = names.slice(0, MAX_NAMED).map(printableName).join(', ');
  return `Not run, because their names say that they are leftovers: ${shown}${left > 0 ? `, and ${left} more` : ''}.`;
}
