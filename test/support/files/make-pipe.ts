import { execFileSync } from 'node:child_process';

/** Puts a pipe (FIFO) at a path: who opens it to read waits until somebody writes. */
export function makePipe(path: string): void {
  execFileSync('mkfifo', ['-m', '0666', path]);
}
