/** `notify-runner destination …`: groups, channels and topics that messages can be sent to. */
import type { Command } from 'commander';
import type { RunFor } from './bot-commands.ts';
import type { RunnerIo } from './io.ts';
import { collect } from './options.ts';

/** Adds the commands to a program; each is loaded when it is called. */
export function addDestinationCommands(program: Command, io: RunnerIo, runFor: RunFor): void {
  const group = program
    .command('destination')
    .description('groups, channels and topics that you and others can send to')
    .helpCommand(false);
  const named = (command: string, description: string) =>
    group
      .command(command)
      .argument('<name>', 'the destination: ops, or ops/disks for a topic')
      .description(description)
      .option('--json', 'print JSON');

  named('add', 'print a code, a link and a QR code that register a group, channel or topic under a name')
    .option('--senders <who>', 'who else may send: users, %groups or *, between commas', collect)
    .action((name: string, options) =>
      runFor(options, async (settings) =>
        (await import('./commands/destination/add.ts')).add(io, settings, name, options),
      ),
    );
  group
    .command('list')
    .description('list the destinations that you own or may send to')
    .option('--json', 'print JSON')
    .option('--names', 'print the names alone, one a line')
    .action((options) =>
      runFor(options, async (settings) => (await import('./commands/destination/list.ts')).list(io, settings, options)),
    );
  named('show', 'show one: its place, its owner and who may send').action((name: string, options) =>
    runFor(options, async (settings) =>
      (await import('./commands/destination/list.ts')).show(io, settings, name, options),
    ),
  );
  named('remove', 'end one of yours').action((name: string, options) =>
    runFor(options, async (settings) =>
      (await import('./commands/destination/change.ts')).remove(io, settings, name, options),
    ),
  );
  for (const kind of ['allow', 'deny'] as const) {
    named(kind, kind === 'allow' ? 'let others send to one of yours' : 'take names off those who may send')
      .argument('<who...>', 'users, %groups, or * for everybody')
      .action((name: string, who: string[], options) =>
        runFor(options, async (settings) =>
          (await import('./commands/destination/change.ts')).changeSenders(io, settings, kind, name, who, options),
        ),
      );
  }
  named('test', 'send a test message there').action((name: string, options) =>
    runFor(options, async (settings) =>
      (await import('./commands/destination/test.ts')).test(io, settings, name, options),
    ),
  );
}
