/** `npm run bench`: runs every workload; docs/performance.md has the results and explains how to compare them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { createFigures } from './support/figures.ts';
import { asJson, asTable, originOf } from './support/report.ts';
import { programSubject, type Subject, serverSubject } from './support/subject.ts';
import { type Telegram, TOKEN } from './support/telegram.ts';
import { alerts } from './workloads/alerts.ts';
import { attacks } from './workloads/attacks.ts';
import { broadcast } from './workloads/broadcast.ts';
import { commands } from './workloads/commands.ts';
import { delivering } from './workloads/delivering.ts';
import { fanOut } from './workloads/fan-out.ts';
import { growing } from './workloads/growing.ts';
import { thousand } from './workloads/herd.ts';
import { recovery } from './workloads/recovery.ts';
import { rendering } from './workloads/rendering.ts';
import { resources } from './workloads/resources.ts';
import { runners } from './workloads/runners.ts';
import { running } from './workloads/running.ts';
import { sending } from './workloads/sending.ts';
import type { Workload } from './workloads/workload.ts';

const WORKLOADS: readonly Workload[] = [
  resources,
  sending,
  delivering,
  thousand,
  commands,
  running,
  runners,
  growing,
  recovery,
  rendering,
  broadcast,
  fanOut,
  alerts,
  attacks,
];

interface Options {
  readonly quick?: true;
  readonly only?: string;
  readonly list?: true;
  readonly json?: string;
  readonly program?: string;
  readonly runner?: string;
  readonly socket?: string;
  readonly users?: string;
  readonly telegram?: string;
  readonly token?: string;
}

const program = new Command('npm run bench --')
  .description('Measures this service, or any other with the same socket API.')
  .option('--quick', 'fewer rounds: a minute instead of ten')
  .option('--only <names>', 'only these workloads, separated by commas')
  .option('--list', 'list the workloads')
  .option('--json <file>', 'also write every value to this file')
  .option('--program <command>', 'measure this service; it reads TELEGRAM_API_ROOT, NOTIFY_DATA_DIR and NOTIFY_SOCKET')
  .option('--runner <command>', 'measure this runner')
  .option('--socket <path>', 'measure a running server')
  .option('--users <names>', "recipients of that server's messages, separated by commas; you by default")
  .option('--telegram <url>', 'an API root to use instead of the simulated Telegram')
  .option('--token <token>', 'the bot token for it', TOKEN);

const words = (text: string | undefined, between: RegExp) => text?.split(between).filter((word) => word !== '') ?? [];
const built = (name: string) => join(process.cwd(), 'dist', name);
const dist = (name: string) => [process.execPath, built(name)];

function subjectOf({ socket, users, program: other }: Options): Subject {
  if (socket !== undefined) return serverSubject(socket, words(users, /,/));
  if (other !== undefined) return programSubject(words(other, /\s+/));
  return programSubject(dist('notify-bot.js'), dist('bench-bot.js'));
}

function telegramOf({ telegram, token = TOKEN }: Options): Telegram | undefined {
  return telegram === undefined ? undefined : { url: telegram, token, stop: async () => {} };
}

/** The reason why a workload can't run here. */
function obstacle({ needs }: Workload, subject: Subject, telegram: Telegram | undefined): string | undefined {
  if (needs === 'socket' || needs === 'none') return undefined;
  if (!subject.startable) return 'it has to start and stop the service';
  return needs === 'sandbox' && telegram !== undefined ? 'it needs the simulated Telegram' : undefined;
}

async function measure(options: Options, chosen: readonly Workload[]): Promise<void> {
  const [subject, telegram, figures, origin] = [subjectOf(options), telegramOf(options), createFigures(), originOf()];
  const runner = options.runner === undefined ? dist('notify-runner.cjs') : words(options.runner, /\s+/);
  const launcher = options.runner === undefined ? [built('notify-runner')] : runner;
  for (const workload of chosen) {
    const why = obstacle(workload, subject, telegram);
    process.stderr.write(`${workload.name}${why === undefined ? '' : `: skipped, ${why}`}\n`);
    const note = figures.noteFor(workload.name);
    if (why !== undefined) continue;
    await workload.run({ subject, runner, launcher, telegram, quick: options.quick === true, note });
  }
  const { machine } = origin;
  process.stdout.write(
    `${origin.commit ?? 'no commit'}, Node ${origin.node}, ${machine.cpus} × ${machine.model}, Linux ${machine.kernel}\n\n`,
  );
  process.stdout.write(asTable(figures.all));
  if (options.json !== undefined) writeFileSync(options.json, asJson(origin, figures.all));
}

program.parse();
const options = program.opts<Options>();
const named = words(options.only, /,/);
const unknown = named.filter((name) => !WORKLOADS.some((workload) => workload.name === name));
if (unknown.length > 0) {
  program.error(
    `error: --only: there is no workload ${unknown.join(', ')}; the workloads are ${WORKLOADS.map(({ name }) => name).join(', ')}`,
    { exitCode: 2 },
  );
}
if (options.list) {
  for (const { name, about } of WORKLOADS) process.stdout.write(`${name.padEnd(16)} ${about}\n`);
} else {
  await measure(options, named.length > 0 ? WORKLOADS.filter(({ name }) => named.includes(name)) : WORKLOADS);
}
