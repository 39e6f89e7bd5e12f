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
}
