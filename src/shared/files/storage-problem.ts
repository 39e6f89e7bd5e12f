import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is not a folder',
  EEXIST: 'something else has its name',
  EFTYPE: 'it is not a regular file',
  ELOOP: 'it is a link',
  ENXIO: 'it is a pipe or a socket',
  EFBIG: 'it is too large',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this host',
};

/** Describes a system error, followed by its code: `the disk is full (ENOSPC)`. */
export function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return sentenceOf(error);
  // Its parents exist: some file systems, such as /proc, take no folders.
  if (code === 'ENOENT' && error instanceof Error && 'syscall' in error && error.syscall === 'mkdir')
    return 'no folder can be made there (ENOENT)';
  return Object.hasOwn(REASONS, code) ? `${REASONS[code]} (${code})` : code;
}

/** The `storage` Problem for a file that could not be written; a Problem is returned unchanged. */
export function storageProblem(path: string, error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('storage', `${path} cannot be changed: ${reasonOf(error)}.`, { cause: error });
}
