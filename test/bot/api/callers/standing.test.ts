/** What a caller may have the service do before it is known that they may send, and how much at once. */
import { closeSync, ftruncateSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callAs, holdAs, type RunningApi, startApi } from '../support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from '../support/test-users.ts';

const MB = 1024 * 1024;

describe.skipIf(!isRoot)(`callers of different standing (${NEEDS_ROOT})`, () => {
  let running: RunningApi;
  let ann: TestUser;
  let ben: TestUser;
  beforeAll(async () => {
    [ann, ben] = [createUser(), createUser()];
    running = await startApi();
  });
  afterAll(async () => {
    await running.close();
    for (const user of [ann, ben]) removeUser(user);
  });
  const staged = () => readdirSync(running.services.stagingDir);

  test.each<[string, string, unknown, string?]>([
    ['a text', '/send', { text: 'x' }],
    ['a text for somebody else', '/send', { text: 'x', user: 'root' }],
    ['a wrong body', '/send', { text: 5 }],
    ['a test', '/test', { user: 'root' }],
    ['a file that they may not read', '/send_document', { document_path: '/etc/shadow' }],
    ['a picture that is not there', '/send_photo', { photo_path: '/none.png' }],
    ['a form without an end', '/send_photo', 'x', 'multipart/form-data; boundary=b'],
    ['something else', '/send_document', 'x', 'text/plain'],
  ])('who is not linked gets 404 for %s, before it is read', async (_what, path, body, type) => {
    running.services.strangers.add(ben.name);
    const { status, body: answer } = await callAs(ben, running.socketPath, 'POST', path, body, type);
    running.services.strangers.clear();
    expect([status, answer.code]).toEqual([404, 'not_linked']);
  });

  test('two requests with files are stored at once; a further one waits, and is then refused', async () => {
    const head =
      'POST /send_photo HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000\r\n\r\n' +
      '--b\r\ncontent-disposition: form-data; name="photo"; filename="a"\r\n\r\n';
    const held = holdAs(ann, running.socketPath, 5, head, 100);
    await expect.poll(staged, { timeout: 20_000 }).toHaveLength(2);
    const other = await callAs(ben, running.socketPath, 'POST', '/send_document', { document_path: '/etc/passwd' });
    expect(other.status).toBe(200);
    await expect.poll(() => held.answers, { timeout: 60_000 }).toHaveLength(3);
    for (const answer of held.answers)
      expect(answer).toMatch(/^HTTP\/1\.1 429 .*retry-after: 5\r\n.*too_many_uploads/s);
    expect(staged()).toHaveLength(2);
    held.end();
    await expect.poll(staged, { timeout: 20_000 }).toEqual([]);
  });

  test('the files of one user take at most 100 MB at once; a hole in a file counts as what is written', async () => {
    const path = join(running.folder, 'sparse');
    writeFileSync(path, '', { mode: 0o644 });
    const file = openSync(path, 'r+');
    ftruncateSync(file, 49 * MB);
    closeSync(file);
    let most = 0;
    const look = setInterval(() => {
      const sizes = staged().map((name) => {
        try {
          return statSync(join(running.services.stagingDir, name)).size;
        } catch {
          return 0;
        }
      });
      most = Math.max(
        most,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    }, 2);
    const requests = Array.from({ length: 5 }, () =>
      callAs(ann, running.socketPath, 'POST', '/send_document', { document_path: path, wait: 0 }),
    );
    const answers = await Promise.all(requests);
    clearInterval(look);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(100 * MB);
    for (const name of readdirSync(running.services.takenDir)) rmSync(join(running.services.takenDir, name));
  });

  test('four pictures are fetched for a user at once; further ones wait, and are then refused', async () => {
    let open = () => {};
    running.services.pictureGate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const refused: (string | undefined)[] = [];
    const pictures = Array.from({ length: 6 }, async () => {
      const { status, headers } = await callAs(ann, running.socketPath, 'GET', '/messages/a/pictures/0');
      if (status === 429) refused.push(String(headers['retry-after']));
      return status;
    });
    await expect.poll(() => refused).toEqual(['5', '5']);
    open();
    expect((await Promise.all(pictures)).sort()).toEqual([200, 200, 200, 200, 429, 429]);
  });

  test('two messages of a user are taken back at once; further ones wait, and are then refused', async () => {
    let open = () => {};
    running.services.withdrawGate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const refused: string[] = [];
    const withdrawn = Array.from({ length: 4 }, async () => {
      const { status, text } = await callAs(ann, running.socketPath, 'DELETE', '/messages/waiting');
      if (status === 429) refused.push(text);
      return status;
    });
    await expect.poll(() => refused.length).toBe(2);
    open();
    expect((await Promise.all(withdrawn)).sort()).toEqual([200, 200, 429, 429]);
  });

  test('two large bodies of a user are read at once; the others wait unread, and delay no other user', async () => {
    const head = 'POST /send HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 900001\r\n\r\n';
    const chunked =
      'POST /send HTTP/1.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\ndbba1\r\n';
    const held = holdAs(ann, running.socketPath, 32, head, 900_000);
    const more = holdAs(ann, running.socketPath, 31, chunked, 900_000);
    await expect.poll(() => held.sent() + more.sent(), { timeout: 20_000 }).toBe(2);
    const { status } = await callAs(ben, running.socketPath, 'POST', '/send', { text: 'x' });
    expect(status).toBe(200);
    const refused = () => [...held.answers, ...more.answers].filter((answer) => answer.startsWith('HTTP/1.1 429 '));
    await expect.poll(() => refused().length, { timeout: 60_000 }).toBe(61);
    for (const answer of refused()) expect(answer).toMatch(/too_many_bodies/);
    held.end();
    more.end();
  });
});
