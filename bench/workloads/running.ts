import { join } from 'node:path';
import { home, many } from '../support/home.ts';
import { peakOf, timed } from '../support/process.ts';
import { startTelegram } from '../support/telegram.ts';
import type { Stage, Workload } from './workload.ts';

const QUIET = `print('{"notify": false}')\n`;
const QUIET_SHELL = `echo '{"notify": false}'\n`;
const FLOOD = `head -c 300000000 /dev/zero | tr '\\0' a\necho '{"notify": false}'\n`;
const TELLING = `echo '{"notify": true, "message": "Revenue is down.", "cooldown": "0"}'\n`;

/** Compared with the lower bound: the bare interpreters, alternating. */
async function nothingToDo({ runner, note, quick }: Stage): Promise<void> {
  const { environment, remove } = await home({});
  for (let i = 0; i < (quick ? 7 : 25); i += 1) {
    const node = (await timed([process.execPath, '-e', '0'], environment)).seconds;
    const run = (await timed(runner, environment)).seconds;
    const python = (await timed(['python3', '-c', '0'], environment)).seconds;
    note('nothing to do', 's', run);
    note('bare node -e 0', 's', node);
    note('bare python3 -c 0', 's', python);
    note('nothing to do, as a multiple of bare node', '', run / node);
  }
  note('nothing to do: most memory', 'MB', await peakOf(runner, environment));
  await remove();
}

/** 100 scripts, compared with starting the same scripts bare, one after the other. */
async function hundred({ runner, note, quick }: Stage): Promise<void> {
  const kinds = [
    { ending: 'py', text: QUIET, interpreter: 'python3' },
    { ending: 'sh', text: QUIET_SHELL, interpreter: 'sh' },
  ];
  for (const { ending, text, interpreter } of kinds) {
    const count = quick ? 10 : 100;
    const { at, environment, remove } = await home(many(count, ending, text));
    for (let i = 0; i < (quick ? 1 : 2); i += 1) {
      let bare = 0;
      for (let n = 0; n < count; n += 1)
        bare += (await timed([interpreter, join(at, `s${n}.${ending}`)], environment)).seconds;
      const { seconds } = await timed(runner, environment);
      note(`${count} trivial .${ending}`, 's', seconds);
      note(`${count} trivial .${ending}, as a share of one after the other, bare`, '', seconds / bare);
    }
    await remove();
  }
}

async function waiting({ runner, note, quick }: Stage): Promise<void> {
  const { environment, remove } = await home(many(20, 'sh', `sleep 1\n${QUIET_SHELL}`));
  for (let i = 0; i < (quick ? 1 : 3); i += 1)
    note('20 scripts of 1 s', 's', (await timed(runner, environment)).seconds);
  await remove();
}

async function flood({ runner, note }: Stage): Promise<void> {
  const { environment, remove } = await home({ 'flood.sh': FLOOD });
  note('a script that prints 300 MB: most memory', 'MB', await peakOf(runner, environment));
  await remove();
}

async function telling(stage: Stage): Promise<void> {
  const { subject, runner, note, quick } = stage;
  if (!subject.startable) return;
  const telegram = stage.telegram ?? (await startTelegram());
  const bot = await subject.start({ telegram, unlimited: true });
  const { environment, remove } = await home({ 'tell.sh': TELLING }, bot.socketPath);
  for (let i = 0; i < (quick ? 3 : 15); i += 1) {
    note('one script that notifies, until it is delivered', 's', (await timed(runner, environment)).seconds);
  }
  await remove();
  await bot.stop();
  if (stage.telegram === undefined) await telegram.stop();
}

/** The runner as cron starts it. */
export const running: Workload = {
  name: 'running',
  about: 'the runner with 0, 1 and 100 scripts, 20 of a second each, and one that prints 300 MB',
  needs: 'none',
  async run(stage) {
    await nothingToDo(stage);
    await hundred(stage);
    await waiting(stage);
    await flood(stage);
    await telling(stage);
  },
};
