/** `notify-runner ask`, whose exit status is the answer: a script must not mistake a failure for one. */
import { type Command, CommanderError } from 'commander';
import { sentenceOf } from '../../../../core/problem.ts';
import { printable } from '../../../text/plain-text.ts';
import type { RunFor } from '../../bot-commands.ts';
import type { RunnerIo } from '../../io.ts';
import { collect } from '../../options.ts';
import { NOT_ASKED } from './statuses.ts';

/** The wiring of a command whose failures have their own exit status. */
export interface AskWiring {
  readonly runFor: RunFor;
  /** Whether an error is wrong usage, which is reported as everywhere. */
  readonly isMisuse: (error: unknown) => boolean;
  /** Receives the exit status. */
  readonly ended: (status: number) => void;
}

/** Adds the command. */
export function addAsk(program: Command, io: RunnerIo, { runFor, isMisuse, ended }: AskWiring): void {
  program
    .command('ask')
    .argument('<text>', 'the question, in Markdown; "-": standard input')
    .description(
      'ask a question in Telegram, wait until a button is pressed, and print its choice; the exit status is 0 for the first choice, 1 for another, 3 when nobody answered before the timeout',
    )
    .option('--choice <text>', 'an answer, 2 to 8 of them; may be repeated (default: Yes, No)', collect)
    .option('--timeout <duration>', 'how long to wait for an answer, 1s to 7d', '10m')
    .option('--to <name>', 'where to ask instead of your chat; may be repeated', collect)
    .option('--may <who>', 'who may answer in a group: users, %groups or *, separated by commas', collect)
    .option(
      '--id <id>',
      'an id for the question: a repeated command with the same id waits for the answer and does not ask again',
    )
    .option('--plain', 'the text is not Markdown')
    .option('--json', 'print JSON')
    .action(async (text: string, options) => {
      try {
        await runFor(options, async (settings) => (await import('./ask.ts')).ask(io, settings, text, options));
      } catch (error) {
        if (error instanceof CommanderError || isMisuse(error)) throw error;
        io.err(`notify-runner: ${printable(sentenceOf(error))}\n`);
        ended(NOT_ASKED);
      }
    });
}
