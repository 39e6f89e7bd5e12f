import { type Command, CommanderError } from 'commander';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { beginProgram, finishProgram, refuseUnknownCommand } from '../../shared/process/command-line.ts';
import { redact } from '../../shared/process/log.ts';
import { addAlertCommands } from './alerts/commands.ts';
import { type BotIo, DONE, FAILED, INSPECT, USAGE } from './io.ts';
import type { ListOptions } from './lists.ts';
import { addRotationCommands } from './rotations/commands.ts';

/** The exit status for commander's own endings: help and version are done, everything else is wrong usage. */
function statusOf(error: CommanderError): number {
  return error.exitCode === 0 ? DONE : USAGE;
}

/** Explains in one sentence what stopped a command. */
function explain(error: unknown, io: BotIo): string {
  const secret = io.environment.TELEGRAM_BOT_TOKEN;
  return redact(sentenceOf(error), secret ? [secret] : []);
}

/**
 * Runs `notify-bot` with its arguments. Each command's module is loaded only when that command runs.
 *
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage or settings
 */
export async function runProgram(args: readonly string[], io: BotIo): Promise<number> {
  let status = DONE;
  /** An action that touches the service's folder, by its owner where that is another account than root. */
  const inTheFolder =
    <Given extends unknown[]>(action: (...given: Given) => Promise<number>) =>
    async (...given: Given) => {
      const { asOwner } = await import('./as-owner.ts');
      const done = await asOwner(io, args);
      if (done !== undefined) {
        io.out(done.out);
        io.err(done.err);
      }
      status = done?.status ?? (await action(...given));
    };
  const program = beginProgram('notify-bot', io)
    .description('The Telegram gateway of this server. Without a command: run the service.')
    .action(async () => {
      refuseUnknownCommand(program);
      const { runService } = await import('./service.ts');
      status = await runService(io);
    });

  program
    .command('doctor')
    .description('test settings, Telegram, data folder, messages and services, and say what to do')
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { doctor } = await import('./doctor/doctor.ts');
      status = await doctor(io, options);
    });
  for (const [name, description, pick] of [
    ['links', 'list who is linked to which chat', 'listLinks'],
    ['queue', 'list what waits to be sent', 'listQueue'],
    ['failed', 'list what was given up in the last 7 days', 'listFailed'],
  ] as const) {
    program
      .command(name)
      .description(description)
      .option('--json', 'print JSON')
      .action(
        inTheFolder(async (options: ListOptions) => {
          const lists = await import('./lists.ts');
          return lists[pick](io, options);
        }),
      );
  }
  program
    .command('unlink')
    .argument('<user>', 'whose link to end')
    .description('end a user’s link')
    .option('--json', 'print JSON')
    .action(
      inTheFolder(async (user: string, options: ListOptions) => {
        const { unlinkUser } = await import('./changes.ts');
        return unlinkUser(io, user, options);
      }),
    );
  program
    .command('retry')
    .argument('[delivery...]', 'as notify-bot failed lists them')
    .option('--all', 'everything that failed')
    .option('--json', 'print JSON')
    .description('send failed messages again')
    .action(
      inTheFolder(async (deliveries: string[], options: ListOptions & { all?: boolean }, command: Command) => {
        if (deliveries.length === 0 && !options.all) command.error('error: name a delivery, or give --all.');
        const { retryFailed } = await import('./changes.ts');
        return retryFailed(io, deliveries, options);
      }),
    );
  addAlertCommands(program, io, (ended) => {
    status = ended;
  });
  addRotationCommands(program, io, (ended) => {
    status = ended;
  });
  program.command(INSPECT, { hidden: true }).action(async () => {
    const { inspect } = await import('./doctor/check-storage.ts');
    status = await inspect(io);
  });
  program
    .command('demo')
    .description('try everything on this computer with a pretend Telegram; needs no token')
    .option('--once', 'end after the run instead of leaving the page open')
    .option('--port <number>', 'port of the page; any free one unless given')
    .action(async (options) => {
      const { runDemo } = await import('../../demo/demo.ts');
      status = await runDemo(io, { ...options, port: options.port ?? '0' });
    });
  finishProgram(program, io.err);
  // After the commands, which inherit this when they are created.
  program.allowExcessArguments();

  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return statusOf(error);
    const known = error instanceof Problem;
    io.err(`notify-bot: ${explain(error, io)}\n`);
    return known && error.code === 'bad_setting' ? USAGE : FAILED;
  }
}
