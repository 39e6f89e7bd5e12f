import { type Command, CommanderError } from 'commander';
import type { Code } from '../../core/codes.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { printable } from '../text/plain-text.ts';
import { DONE, FAILED, type RunnerIo, USAGE } from './io.ts';
import { scriptExists, separateScriptNames } from './script-arguments.ts';

/** Creates a program whose commands call `ended` with their exit status. */
type CreateProgram = (io: RunnerIo, ended: (status: number) => void) => Command;

/**
 * Runs a command line; an error is printed on standard error.
 *
 * @param misuse codes of Problems that mean wrong usage
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage
 */
export async function runCommandLine(
  createProgram: CreateProgram,
  args: readonly string[],
  io: RunnerIo,
  misuse: readonly Code[],
): Promise<number> {
  let status = DONE;
  const program = createProgram(io, (ended) => {
    status = ended;
  });
  try {
    const words = separateScriptNames(program, args, 'run', (name) => scriptExists(io, name));
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    io.err(`${program.name()}: ${printable(sentenceOf(error))}\n`);
    return error instanceof Problem && misuse.includes(error.code) ? USAGE : FAILED;
  }
}
