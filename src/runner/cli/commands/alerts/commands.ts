/** `notify-runner alerts`, and the commands that change an alert. */
import { type Command, Option } from 'commander';
import { ALERT_STATES } from '../../../../core/alerts/alert.ts';
import type { RunFor } from '../../bot-commands.ts';
import type { RunnerIo } from '../../io.ts';
import type { ChangeName, ChangeOptions } from './change.ts';

const ALERT = 'its name, or its fingerprint or the first digits of it, as notify-runner alerts shows them';

/** Adds the commands to a program; each is loaded when it is called. */
export function addAlertCommands(program: Command, io: RunnerIo, runFor: RunFor): void {
  program
    .command('alerts')
    .description('list the alerts that are not over: yours, and those told where you may send')
    .addOption(new Option('--state <state>', 'those in this state').choices([...ALERT_STATES]))
    .option('--json', 'print JSON')
    .option('--names', 'print names and fingerprints alone, one a line')
    .action((options) =>
      runFor(options, async (settings) => (await import('./list.ts')).alerts(io, settings, options)),
    );
  const change = (kind: ChangeName, description: string) =>
    program
      .command(kind)
      .argument('<alert>', ALERT)
      .description(description)
      .action((alert: string, options: ChangeOptions) =>
        runFor(options, async (settings) =>
          (await import('./change.ts')).changeAlert(io, settings, kind, alert, options),
        ),
      );
  change('ack', 'acknowledge an alert: nobody is told again, or called, until the time is over')
    .option('--for <duration>', 'how long, such as 4h; the rules say unless given')
    .option('--comment <text>', 'what others should know')
    .option('--json', 'print JSON');
  change('unack', 'take an acknowledgement back').option('--json', 'print JSON');
  change('resolve', 'end an alert, until its source posts it anew').option('--json', 'print JSON');
  change('silence', 'tell nobody of an alert for a time')
    .requiredOption('--for <duration>', 'how long, such as 1h; 0 ends a silence')
    .option('--json', 'print JSON');
}
