/** Sentences on files of the folder that are not run. */
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { SkippedFile } from '../outcomes.ts';
import { printable, printableName } from './plain-text.ts';

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
    case 'not_executable':
      return `it is not executable, and its ending names no interpreter; chmod +x ${printable(path)}, or rename it`;
  }
}

/** Why a file of the folder is not run, as a sentence that begins with its name. */
export const skippedText = (file: SkippedFile): string =>
  `${JSON.stringify(file.name)} is skipped: ${reasonText(file)}.`;
