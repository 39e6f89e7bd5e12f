import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { SandboxMessage } from '../../../src/sandbox/model.ts';
import { waitFor } from '../../support/wait-for.ts';
import { PATIENCE } from '../support/figures.ts';
import { ANN, BEN, CAI, type Person } from '../support/people.ts';
import type { Server } from '../support/server.ts';

const PRESSES = 9;
/** A person reads before they press. */
const READING_MS = 1000;
const START_MS = 500;

/** Not for the crontab. */
const NEVER = '# notify: schedule="0 0 1 1 *"';
/** Notes when it started, and says who it is and what it sees. */
const WHO = `#!/bin/sh
${NEVER}
date +%s%3N >>~/began
env >~/seen
id -Gn >~/groups
pwd >~/place
printf '{"notify": true, "message": "The groups of %s: %s", "cooldown": "0"}' "$(id -un)" "$(id -Gn)"
`;
/** Leaves a process in a session of its own. */
const LEAVE = `#!/bin/sh
${NEVER}
setsid sleep 1000 >/dev/null 2>&1 </dev/null &
echo $! >~/left
echo '{"notify": false}'
`;

/** Goes on, with a process in a session of its own that takes no notice of SIGTERM. */
const STAY = `#!/bin/sh
${NEVER}
setsid sh -c 'trap "" TERM; echo $$ >~/stays; while :; do sleep 1; done' >/dev/null 2>&1 </dev/null &
echo 'counting sheep' >&2
sleep 1000
echo '{"notify": false}'
`;

const text = ({ text: said = '' }: SandboxMessage) => said;

/** Asks for somebody's list of scripts; messages about earlier runs may come between. */
function listFor({ sandbox }: Server, { chatId }: Person): Promise<SandboxMessage> {
  const before = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
  sandbox.say(chatId, '/status');
  const isList = (m: SandboxMessage) => m.chat_id === chatId && m.message_id > before && /^Scripts$/m.test(text(m));
  return sandbox.waitFor(isList, 20_000);
}

/** What the button that runs a script carries. */
function runButton(list: SandboxMessage, script: string): string {
  const all = list.reply_markup?.inline_keyboard?.flat() ?? [];
  const data = all.find((button) => button.text === `▶ Run ${script}`)?.callback_data;
  if (data === undefined) throw new Error(`There is no button for ${script}: ${JSON.stringify(list)}`);
  return data;
}

/** Three people's buttons, on the real thing. */
export function buttons(server: Server): void {
  /** Presses Run of a script under a fresh `/status`. @returns when, ms since 1970, and the message under the button */
  async function press(script: string): Promise<{ at: number; list: SandboxMessage; data: string }> {
    const list = await listFor(server, ANN);
    const data = runButton(list, script);
    await sleep(READING_MS);
    const at = Date.now();
    server.sandbox.press(ANN.chatId, list.message_id, data);
    return { at, list, data };
  }
  /** Read from outside: a look must cost what is measured nothing. */
  const lines = async (file: string) => {
    const path = `${server.container.root}/home/${ANN.name}/${file}`;
    return (await readFile(path, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  };
  /** Waits for the message that tells how a run ended. */
  const outcome = (script: string, words: string, after: number) =>
    waitFor(
      () =>
        server.sandbox.messages(ANN.chatId).find((m) => m.message_id > after && text(m).includes(`${script} ${words}`)),
      20_000,
    );

  test('a button runs a script as its owner, half a second after the press', async () => {
    await server.script(ANN, 'who.sh', WHO);
    const waits: number[] = [];
    while (waits.length < PRESSES) {
      const { at, list } = await press('who.sh');
      const began = await waitFor(async () => (await lines('began'))[waits.length], 20_000);
      waits.push(Number(began) - at);
      await outcome('who.sh', 'sent', list.message_id);
    }
    const [least = 0, middle = 0, most = 0] = [0, Math.floor(PRESSES / 2), PRESSES - 1].map(
      (nth) => [...waits].sort((a, b) => a - b)[nth],
    );
    server.figures.add(`from the press to the start of the script, median of ${PRESSES}`, middle, 'ms', START_MS);
    server.figures.add('… the fastest', least, 'ms');
    server.figures.add('… the slowest', most, 'ms');
    expect(middle).toBeLessThanOrEqual(START_MS * PATIENCE);
  });

  test('it has all groups of theirs, their home, and nothing of the service', async () => {
    const [groups = ''] = await lines('groups');
    expect(groups.split(' ').sort()).toEqual([ANN.name, ...ANN.groups].sort());
    expect(await lines('place')).toEqual([`/home/${ANN.name}`]);
    const seen = await lines('seen');
    expect(seen).toContain(`HOME=/home/${ANN.name}`);
    expect(seen).toContain(`USER=${ANN.name}`);
    expect(seen.join('\n')).not.toContain(server.sandbox.token);
    const names = seen.map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => /TOKEN|CREDENTIALS|LISTEN_|TELEGRAM|NOTIFY_ACTOR|INVOCATION/.test(name))).toEqual([]);
  });

  test('pressed twice, it runs once', async () => {
    const before = (await lines('began')).length;
    const { list, data } = await press('who.sh');
    server.sandbox.press(ANN.chatId, list.message_id, data);
    await outcome('who.sh', 'sent', list.message_id);
    await waitFor(() => server.sandbox.pendingUpdates === 0);
    expect((await lines('began')).length).toBe(before + 1);
  });

  test('nothing that it started outlives it', async () => {
    await server.script(ANN, 'leave.sh', LEAVE);
    const { list } = await press('leave.sh');
    await outcome('leave.sh', 'no alert', list.message_id);
    const [pid] = await lines('left');
    expect(pid).toMatch(/^\d+$/);
    await waitFor(async () => (await server.container.attempt(`kill -0 ${pid}`)).status !== 0, 15_000);
    const units = async (pattern: string) =>
      (await server.container.run(`systemctl list-units --plain --no-legend '${pattern}'`)).split('\n').filter(Boolean);
    await waitFor(async () => (await units('run-*.service')).length === 0, 15_000);
    // The one that stands by for the next press.
    await waitFor(async () => (await units('notify-actor@*')).length <= 1, 15_000);
  });

  test('one that goes on shows its output, and Stop ends all that it started', async () => {
    await server.script(ANN, 'stay.sh', STAY);
    const { list } = await press('stay.sh');
    const stopButton = ({ reply_markup }: SandboxMessage) =>
      reply_markup?.inline_keyboard?.flat().find((button) => button.text.includes('Stop'))?.callback_data;
    const running = await waitFor(
      () => server.sandbox.messages(ANN.chatId).find((m) => m.message_id > list.message_id && stopButton(m)),
      20_000,
    );
    await waitFor(() => server.sandbox.drafts.some((draft) => draft.text.text.includes('counting sheep')), 20_000);
    server.sandbox.press(ANN.chatId, running.message_id, stopButton(running) ?? '');
    await outcome('stay.sh', `was stopped by ${ANN.name}`, list.message_id);
    const [pid] = await lines('stays');
    expect(pid).toMatch(/^\d+$/);
    expect((await server.container.attempt(`kill -0 ${pid}`)).status).not.toBe(0);
    expect(await server.container.run("systemctl list-units --plain --no-legend 'notify-run-*'")).toBe('');
    const told = server.sandbox.messages(ANN.chatId).filter((m) => m.message_id > running.message_id);
    expect(told.filter((m) => text(m).includes('stay.sh'))).toEqual([]);
  });

  test("one's buttons are nothing to another", async () => {
    const before = (await lines('began')).length;
    const data = runButton(await listFor(server, ANN), 'who.sh');
    const others = await listFor(server, BEN);
    const answers = server.sandbox.answers.length;
    server.sandbox.press(BEN.chatId, others.message_id, data);
    const answer = await waitFor(() => server.sandbox.answers[answers]);
    expect(answer).toMatchObject({ chat_id: BEN.chatId, show_alert: true });
    expect((await lines('began')).length).toBe(before);
  });

  test('a user without a link gets an answer that says so', async () => {
    expect(text(await server.ask({ ...CAI, chatId: 4711 }, '/status'))).toMatch(/link/i);
  });
}
