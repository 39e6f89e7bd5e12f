/** `notify-runner beat`: a job reports that it has run. */
import type { Command } from 'commander';
import type { RunFor } from '../../bot-commands.ts';
import type { RunnerIo } from '../../io.ts';
import { collect } from '../../options.ts';

/** Adds the command; it is loaded when it is called. */
export function addBeat(program: Command, io: RunnerIo, runFor: RunFor): void {
  program
    .command('beat')
    .argument('[name]', 'a name for the job; omit it with --list')
    .description('report that a job has run, and be notified if its next report is overdue')
    .option('--every <duration>', 'the longest time between two runs, 1m to 400d; required the first time')
    .option(
      '--grace <duration>',
      'how late a run may be beyond that, 0s to 30d (default: a tenth of --every, 1m to 1h)',
    )
    .option('--to <name>', 'where to send the alert of a missed beat instead of your chat; may be repeated', collect)
    .option('--end', 'stop expecting the job')
    .option('--list', 'list the expected jobs')
    .option('--json', 'print JSON')
    .action((name: string | undefined, options) =>
      runFor(options, async (settings) => (await import('./beat.ts')).beat(io, settings, name, options)),
    );
}
