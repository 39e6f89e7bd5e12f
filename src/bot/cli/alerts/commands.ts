/** `notify-bot alerts …`: the alerts of all accounts, for the sysadmin. */
import { type Command, Option } from 'commander';
import { ALERT_STATES } from '../../../core/alerts/alert.ts';
import type { BotIo } from '../io.ts';

/**
 * Adds the commands to a program; each is loaded when it is called.
 * @param ended receives the exit status
 */
export function addAlertCommands(program: Command, io: BotIo, ended: (status: number) => void): void {
  const group = program
    .command('alerts')
    .description('list alerts, and check and test the rules that route them')
    .helpCommand(false);
  group
    .command('list')
    .description('list the open alerts of all accounts')
    .addOption(new Option('--state <state>', 'only alerts in this state').choices([...ALERT_STATES]))
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { listAlerts } = await import('./list.ts');
      ended(await listAlerts(io, options));
    });
  group
    .command('check')
    .argument('[file]', 'the rules; those of the service unless given')
    .description('check the rules, and print each mistake with its line')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options) => {
      const { checkRules } = await import('./check.ts');
      ended(await checkRules(io, file, options));
    });
  group
    .command('test')
    .argument('<alert.json>', 'an alert as POST /alerts accepts it, or a list of one; - for standard input')
    .description('show where an alert would be sent, its text, and its escalation while nobody acknowledges it')
    .option('--at <time>', 'as if it were this time, such as 2026-01-30T18:00:00+01:00')
    .option('--file <file>', 'the rules; those of the service unless given')
    .option('--owner <user>', 'as if this account had posted it; root unless given')
    .option('--source <source>', 'as if it came from this source: socket, script, prometheus, …; socket unless given')
    .option('--json', 'print JSON')
    .action(async (alert: string, options) => {
      const { testRules } = await import('./test.ts');
      ended(await testRules(io, alert, options));
    });
}
