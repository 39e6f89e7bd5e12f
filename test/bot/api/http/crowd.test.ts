/** Other users of the host who open as many connections as they can. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callAs, type RunningApi, startApi } from '../support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from '../support/test-users.ts';

/** Opens connections, writes the same to each, and prints how many are open whenever that has settled. */
const HOLDER = `
const { connect } = require('node:net');
const [path, times, text] = process.argv.slice(1);
let open = 0, timer;
const settle = () => { clearTimeout(timer); timer = setTimeout(() => console.log(open), 300); };
for (let i = 0; i < Number(times); i += 1) {
  const socket = connect(path, () => { open += 1; socket.write(text); settle(); });
  socket.on('error', () => {}).on('close', () => { open -= 1; settle(); });
  socket.resume();
}
`;
/** A head without its end: the client may take ten seconds for it. */
const HALF = 'POST /send HTTP/1.1\r\n';

interface Holder {
  readonly process: ChildProcess;
  /** How many were open the last time that it settled. */
  readonly open: () => number;
}

async function hold(who: { uid: number; gid: number }, socketPath: string, times: number): Promise<Holder> {
  const groups = [`--reuid=${who.uid}`, `--regid=${who.gid}`, '--clear-groups'];
  const args = [...groups, process.execPath, '-e', HOLDER, socketPath, String(times), HALF];
  const child = spawn('setpriv', args, { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let open = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    open = Number(line);
  });
  await once(lines, 'line');
  return { process: child, open: () => open };
}

describe.skipIf(!isRoot)(`a crowd${isRoot ? '' : ` (skipped: ${NEEDS_ROOT})`}`, () => {
  let users: readonly TestUser[];
  let running: RunningApi;
  beforeAll(async () => {
    users = [createUser(), createUser(), createUser()];
    running = await startApi();
  });
  afterAll(async () => {
    await running.close();
    for (const user of users) removeUser(user);
  });

  const userAt = (place: number): TestUser => {
    const user = users[place];
    if (user === undefined) throw new Error(`There is no user ${place}.`);
    return user;
  };

  test('two accounts that open as many connections as they can leave places for a third', async () => {
    const { socketPath } = running;
    const [first, second] = [await hold(userAt(0), socketPath, 2_500), await hold(userAt(1), socketPath, 2_500)];
    expect(first.open() + second.open()).toBeLessThan(2_000);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => callAs(userAt(2), socketPath, 'POST', '/send', { text: 'hi', wait: 0 })),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  });

  test('subordinate uids have fifty places together', async () => {
    const { socketPath } = running;
    const uids = [3_900_000_001, 3_900_000_002, 3_900_000_003];
    const holders = await Promise.all(uids.map((uid) => hold({ uid, gid: uid }, socketPath, 600)));
    await expect.poll(() => holders.reduce((sum, { open }) => sum + open(), 0)).toBe(50);
    expect((await callAs(userAt(2), socketPath, 'POST', '/send', { text: 'hi', wait: 0 })).status).toBe(202);
  });
});
