import { execFileSync } from 'node:child_process';

/** System calls that change what is on disk: the steps between which a kill leaves something half done. */
export const STEPS = ['fdatasync', 'fsync', 'rename', 'unlink', 'rmdir', 'mkdir'] as const;
export type Step = (typeof STEPS)[number];

function whyNot(): string | undefined {
  try {
    execFileSync('strace', ['-D', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=none', 'true'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return said || String(error);
  }
}

/** Why processes can't be traced here (strace is missing, or the kernel forbids it); nothing when they can. */
export const UNTRACEABLE = whyNot();

/**
 * What to start a service under, so that it is killed as it begins such a step for the `nth` time, before it is done.
 * strace(1) counts each thread's calls apart: `ONE_THREAD` must be in the environment.
 *
 * @param path counts the steps on this path alone, which need not exist yet
 */
export function killAt(step: Step, nth: number, path?: string): string[] {
  // The tracer stands aside (-D), so that the service is our own child, and strace is gone when it is.
  const inject = `inject=${step}:signal=KILL:when=${nth}`;
  const only = path === undefined ? [] : ['-P', path];
  const quiet = ['-D', '-f', '-qq', '-o', '/dev/null', '-e', 'signal=none'];
  return ['strace', ...quiet, ...only, '-e', `trace=${step}`, '-e', inject];
}

/** One thread for all work on files, so that its steps come one after the other and can be counted. */
export const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };
