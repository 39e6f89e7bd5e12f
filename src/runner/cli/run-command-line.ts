import { type Command, CommanderError } from 'commander';
import type { Code } from '../../core/codes.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { DONE, FAILED, type RunnerIo, USAGE } from './io.ts';
import { scriptNamed, separateScriptNames } from './script-arguments.ts';

/** Makes a program; its commands tell `ended` their exit status. */
type Make = (io: RunnerIo, ended: (status: number) => void) => Command;

/**
 * Does what a command line asks for, and says on stderr why where that can't be done.
 *
 * @param misuse codes of problems that come from how it was called
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage
 */
export async function runCommandLine(
  make: Make,
  args: readonly string[],
  io: RunnerIo,
  misuse: readonly Code[],
): Promise<number> {
  let status = DONE;
  const program = make(io, (ended) => {
    status = ended;
  });
  try {
    const words = separateScriptNames(program, args, 'run', (name) => scriptNamed(io, name));
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    io.err(`${program.name()}: ${sentenceOf(error)}\n`);
    return error instanceof Problem && misuse.includes(error.code) ? USAGE : FAILED;
  }
}
