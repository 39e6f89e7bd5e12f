/** `notify-bot alerts …`: alerts of everybody, for the sysadmin. */
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
    .description('alerts, and the rules that say who is told of them')
    .helpCommand(false);
  group
    .command('list')
    .description('list the alerts of everybody that are not over')
    .addOption(new Option('--state <state>', 'those in this state').choices([...ALERT_STATES]))
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { listAlerts } = await import('./list.ts');
      ended(await listAlerts(io, options));
    });
  group
    .command('check')
    .argument('[file]', 'the rules; those of the service unless given')
    .description('look for mistakes in the rules, each with its line')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options) => {
      const { checkRules } = await import('./check.ts');
      ended(await checkRules(io, file, options));
    });
  group
    .command('test')
    .argument('<alert.json>', 'an alert as POST /alerts takes it, or a list of one; - for standard input')
    .description('show where an alert would go, in which words, and who is told when nobody acknowledges it')
    .option('--at <time>', 'as if it were this time, such as 2026-01-30T18:00:00+01:00')
    .option('--file <file>', 'the rules; those of the service unless given')
    .option('--owner <user>', 'as if this account had posted it; root unless given')
    .option('--source <source>', 'as if it came in this way: socket, script, prometheus, …; socket unless given')
    .option('--json', 'print JSON')
    .action(async (alert: string, options) => {
      const { testRules } = await import('./test.ts');
      ended(await testRules(io, alert, options));
    });
}
