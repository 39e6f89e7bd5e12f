/** The commands of `notify-runner` that speak to the bot or the dashboard; each is loaded when it is called. */
import { Argument, type Command, Option } from 'commander';
import { SEVERITIES } from '../../core/notification.ts';
import { PERSON_SETTINGS, type PersonSettingName } from '../../core/people/settings.ts';
import type { RunnerSettings } from '../settings.ts';
import { addAlertCommands } from './commands/alerts/commands.ts';
import { addBeat } from './commands/beats/add-beat.ts';
import { type AskWiring, addAsk } from './commands/questions/add-ask.ts';
import { addDestinationCommands } from './destination-commands.ts';
import type { RunnerIo } from './io.ts';
import { collect } from './options.ts';

/** Runs a command with the settings. */
export type Run = (action: (settings: RunnerSettings) => Promise<number>) => Promise<void>;
/** As `Run`; with `--json` an error is printed as JSON too. */
export type RunFor = (options: { readonly json?: boolean }, ...rest: Parameters<Run>) => Promise<void>;

const TO = 'where it goes instead of your chat; may be repeated';

/** Adds the commands to a program. */
export function addBotCommands(program: Command, io: RunnerIo, wiring: { readonly run: Run } & AskWiring): void {
  const { run, runFor } = wiring;
  program
    .command('link')
    .argument('[code]', 'the six digits that the bot answers to /start; none: show a link and a QR code to open')
    .description('link your account to a Telegram chat')
    .option('--no-wait', 'show the link and do not wait until it is opened')
    .option('--json', 'print JSON')
    .action((code: string | undefined, options) =>
      runFor(options, async (settings) => (await import('./commands/link.ts')).link(io, settings, code, options)),
    );
  program
    .command('unlink')
    .description('end your link')
    .option('--json', 'print JSON')
    .action((options) =>
      runFor(options, async (settings) => (await import('./commands/status.ts')).unlink(io, settings, options)),
    );
  program
    .command('status')
    .description('show whether you are linked, and what waits')
    .option('--json', 'print JSON')
    .action((options) =>
      runFor(options, async (settings) => (await import('./commands/status.ts')).status(io, settings, options)),
    );
  program
    .command('send')
    .argument('[text]', 'the message, in Markdown; "-" or nothing: standard input')
    .description('send a message, to yourself or to destinations')
    .option('--to <name>', TO, collect)
    .option('--title <title>', 'a bold first line')
    .option('--file <path>', 'a file to send along')
    .option('--image <path>', 'an image to send along; may be repeated', collect)
    .addOption(new Option('--severity <level>', 'how urgent it is').choices([...SEVERITIES]))
    .option('--at <time>', 'send it later: 2026-01-30T18:00:00+01:00, or 30m')
    .option('--key <key>', 'what it is about: a later one with the same key may replace it')
    .option('--replace', 'edit the last message with this key instead of sending one')
    .option('--silent', 'arrive without a sound')
    .addOption(new Option('--plain', 'the text is not Markdown').conflicts('code'))
    .option('--code', 'the text as it is, in fixed width, for tables and output')
    .option('--json', 'print JSON')
    .action((text: string | undefined, options) =>
      runFor(options, async (settings) => (await import('./commands/send/send.ts')).send(io, settings, text, options)),
    );
  program
    .command('settings')
    .addArgument(new Argument('[name]', 'the setting to show or change').choices([...PERSON_SETTINGS]))
    .argument('[value...]', 'its new value, or off')
    .description('show or change your time zone, quiet hours and digest')
    .option('--json', 'print JSON')
    .action((name: PersonSettingName | undefined, value: string[], options) =>
      runFor(options, async (settings) =>
        (await import('./commands/people/settings.ts')).settings(io, settings, name, value, options),
      ),
    );
  addAsk(program, io, wiring);
  addBeat(program, io, runFor);
  addDestinationCommands(program, io, runFor);
  addAlertCommands(program, io, runFor);
  program
    .command('exec')
    .argument('<command>', 'the command to run')
    .argument('[argument...]', 'its arguments')
    .description('run a command and send a message when it is done; put -- before it')
    .option('--name <name>', 'its name in the message')
    .option('--to <name>', TO, collect)
    .option('--only-failure', 'send a message only when it fails')
    .passThroughOptions()
    .action((command: string, args: string[], options) =>
      run(async (settings) => (await import('./commands/exec.ts')).exec(io, settings, [command, ...args], options)),
    );
  program
    .command('web')
    .description('print a one-time address that logs you in to the dashboard')
    .option('--json', 'print JSON')
    .action((options) => run(async (settings) => (await import('./commands/web.ts')).web(io, settings, options)));
}
