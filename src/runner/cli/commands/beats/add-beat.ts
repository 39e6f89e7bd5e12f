/** `notify-runner beat`: a job says that it has run. */
import type { Command } from 'commander';
import type { RunFor } from '../../bot-commands.ts';
import type { RunnerIo } from '../../io.ts';
import { collect } from '../../options.ts';

/** Adds the command; it is loaded when it is called. */
export function addBeat(program: Command, io: RunnerIo, runFor: RunFor): void {
  program
    .command('beat')
    .argument('[name]', 'your name for the job; none: with --list')
    .description('say that a job has run, so that you are told when it does not run again in time')
    .option('--every <duration>', 'how far apart two runs may be, 1m to 400d; needed the first time')
    .option('--grace <duration>', 'how late a run may be beyond that, 0s to 30d (default: a tenth of it, 1m to 1h)')
    .option('--to <name>', 'where its absence is told instead of your chat; may be repeated', collect)
    .option('--end', 'do not expect it any more')
    .option('--list', 'list the jobs that are expected')
    .option('--json', 'print JSON')
    .action((name: string | undefined, options) =>
      runFor(options, async (settings) => (await import('./beat.ts')).beat(io, settings, name, options)),
    );
}
