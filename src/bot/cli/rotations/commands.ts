/** `notify-bot rotation …`: who is on call, and overrides. */
import type { Command } from 'commander';
import type { BotIo } from '../io.ts';

/**
 * Adds the commands to a program; each is loaded when it is called.
 * @param ended receives the exit status
 */
export function addRotationCommands(program: Command, io: BotIo, ended: (status: number) => void): void {
  const load = () => import('./rotations.ts');
  const group = program.command('rotation').description('show and override who is on call').helpCommand(false);
  group
    .command('list')
    .description('list who is on call')
    .option('--json', 'print JSON')
    .action(async (options) => ended(await (await load()).listRotations(io, options)));
  group
    .command('show')
    .argument('<rotation>', 'its name in the rules')
    .description('show the people, the next handovers and the overrides of a rotation')
    .option('--json', 'print JSON')
    .action(async (name: string, options) => ended(await (await load()).showRotation(io, name, options)));
  group
    .command('override')
    .argument('<rotation>', 'its name in the rules')
    .argument('<person>', 'the account of the substitute')
    .description('put a substitute on call, who is notified when the override begins')
    .requiredOption(
      '--until <time>',
      'when it ends: a time such as 2026-01-30T18:00:00+01:00, or a duration such as 8h',
    )
    .option('--from <time>', 'when it begins; now unless given')
    .option('--json', 'print JSON')
    .action(async (name: string, person: string, options) =>
      ended(await (await load()).overrideRotation(io, name, person, options)),
    );
  group
    .command('clear')
    .argument('<rotation>', 'its name in the rules')
    .description('remove the overrides of a rotation')
    .option('--json', 'print JSON')
    .action(async (name: string, options) => ended(await (await load()).clearOverrides(io, name, options)));
}
