import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { ANN, BEN, CAI, PEOPLE, type Person } from '../support/people.ts';
import type { Server } from '../support/server.ts';

const ACTOR_SOCKET = '/run/notify-actor/actor.sock';
const BOT_SOCKET = '/run/notify-bot/bot.sock';

/** Sends once a day, however often it runs. */
const beat = ({ name }: Person) => `#!/bin/sh
printf '{"notify": true, "message": "The crontab of %s, as %s", "cooldown": "1d"}' ${name} "$(id -un)"
`;
const beatOf = ({ name }: Person) => `The crontab of ${name}, as ${name}`;

async function link(server: Server, person: Person): Promise<void> {
  const { run } = server.container;
  const user = person.name;
  const made = await run('notify-runner init', { user });
  expect(made).toContain('Added to your crontab: * * * * *');
  await run("crontab -l | sed 's|^[*]/5|*|' | crontab -", { user });
  const answer = await server.ask(person, '/start');
  const code = /\b\d{6}\b/.exec(answer.text ?? '')?.[0];
  expect(await run(`notify-runner link ${code}`, { user })).toContain('Linked');
}

/** Three people link their accounts; nobody can act for another. */
export function linking(server: Server): void {
  test('people link their accounts, and put a script into their folders', async () => {
    await Promise.all(PEOPLE.map((person) => link(server, person)));
    await Promise.all(PEOPLE.map((person) => server.script(person, 'beat.sh', beat(person))));
    const { run } = server.container;
    await waitFor(async () => /"3 linked · 0 queued/.test(await run('systemctl status --no-pager notify-bot')));
  });

  test('nobody may act for another', async () => {
    const send = (user: string) =>
      server.container.run(
        `curl -sS --unix-socket ${BOT_SOCKET} -H 'Content-Type: application/json' -w '%{http_code}' \
          -d '{"user": "${user}", "text": "from ann"}' http://bot/send`,
        { user: ANN.name },
      );
    const [body = '', status] = (await send(BEN.name)).split('\n');
    expect({ status, code: JSON.parse(body).code }).toEqual({ status: '403', code: 'not_yours' });
    expect((await send(ANN.name)).split('\n')[1]).toBe('200');
    const texts = (person: Person) => server.sandbox.messages(person.chatId).map(({ text }) => text);
    expect(texts(ANN)).toContain('from ann');
    expect(texts(BEN)).not.toContain('from ann');
  });

  test("the actor's socket is for the bot alone", async () => {
    const knock = `python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect("${ACTOR_SOCKET}")'`;
    const { status, stderr } = await server.container.attempt(knock, { user: ANN.name });
    expect(stderr).toContain('Permission denied');
    expect(status).toBe(1);
  });

  test('the sudoers line of the guide lets another service run scripts of its group, and nothing else', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const [, line = ''] = /^```sudoers\n(.+?)^```$/ms.exec(guide) ?? [];
    const { run, attempt } = server.container;
    const file = '/etc/sudoers.d/notify-scripts';
    await run(`useradd dashboard && cat >${file} && chmod 440 ${file} && visudo -cf ${file}`, { input: line });
    const as = (words: string) => attempt(`sudo -n ${words}`, { user: 'dashboard' });
    const list = await as(`-u ${ANN.name} notify-scripts list`);
    expect(JSON.parse(list.stdout), list.stderr).toContainEqual(expect.objectContaining({ name: 'beat.sh' }));
    const ran = await as(`-u ${BEN.name} notify-scripts run beat`);
    expect(JSON.parse(ran.stdout)).toMatchObject({ notify: true, message: beatOf(BEN) });
    for (const words of [`-u ${CAI.name} notify-scripts list`, 'notify-scripts list', `-u ${ANN.name} id`]) {
      expect(await as(words), words).toMatchObject({ status: 1, stdout: '' });
    }
    await run(`rm ${file} && userdel dashboard`);
  });

  test('the data folder is closed to people', async () => {
    const { status, stderr } = await server.container.attempt('ls /data/notifications', { user: ANN.name });
    expect(stderr).toContain('Permission denied');
    expect(status).toBe(2);
  });
}

/** What the crontabs have brought in the meantime. */
export function cron(server: Server): void {
  test("cron runs everybody's script as its owner, and it arrives in their chat alone", async () => {
    for (const person of PEOPLE) {
      await server.sandbox.waitFor((message) => message.text === beatOf(person), 130_000);
      const all = server.sandbox.messages().filter(({ text }) => text === beatOf(person));
      expect(all.map(({ chat_id }) => chat_id)).toEqual([person.chatId]);
    }
  }, 140_000);
}
