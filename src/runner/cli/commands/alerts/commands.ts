/** `notify-runner alerts`, and the commands that change an alert. */
import { type Command, Option } from 'commander';
import { ALERT_STATES } from '../../../../core/alerts/alert.ts';
import type { RunFor } from '../../bot-commands.ts';
import type { RunnerIo } from '../../io.ts';
import type { ChangeName, ChangeOptions } from './change.ts';

const ALERT = 'its name, its fingerprint, or the first digits of the fingerprint, as notify-runner alerts shows them';

/** Adds the commands to a program; each is loaded when it is called. */
export function addAlertCommands(program: Command, io: RunnerIo, runFor: RunFor): void {
  program
    .command('alerts')
    .description('list open alerts: yours, and those sent to destinations to which you may send')
    .addOption(new Option('--state <state>', 'only alerts in this state').choices([...ALERT_STATES]))
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
  change('ack', 'acknowledge an alert: no repeats and no escalation until the acknowledgement expires')
    .option('--for <duration>', 'how long, such as 4h (default: ack_timeout of the rules)')
    .option('--comment <text>', 'a comment for others')
    .option('--json', 'print JSON');
  change('unack', 'withdraw an acknowledgement').option('--json', 'print JSON');
  change('resolve', 'resolve an alert; it fires again when its source posts it again').option('--json', 'print JSON');
  change('silence', 'silence an alert: no notifications until the silence expires')
    .requiredOption('--for <duration>', 'how long, such as 1h; 0 removes a silence')
    .option('--json', 'print JSON');
}
