import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';

describe('the pending folder', () => {
  test('a damaged file is moved aside, with one warning', async () => {
    const machine = createMachine();
    const path = machine.write('.notifications/pending/x.json', '{broken');
    utimesSync(path, 0, 0);
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toMatch(
      /x\.json is damaged: it was moved to \S+\/pending\/corrupt\/\d+-x\.json and is not sent\.\n$/,
    );
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    const [aside = ''] = machine.names('pending/corrupt');
    expect(machine.read(`.notifications/pending/corrupt/${aside}`)).toBe('{broken');
    expect((await machine.runner(['doctor'])).out).toContain('✗ state   1 damaged in ');
  });

  test('what killed runs left behind a day ago is removed, and nothing else', async () => {
    const machine = createMachine();
    const at = Date.now() / 1000 - 25 * 3600;
    for (const name of ['old.json.tmp', 'new.json.tmp', 'gone.files/1', 'fresh.files/1', 'kept.files/1']) {
      machine.write(`.notifications/pending/${name}`, 'x');
    }
    for (const name of ['old.json.tmp', 'gone.files', 'kept.files'])
      utimesSync(join(machine.state, 'pending', name), at, at);
    const content = { message: 'x', attachments: [] };
    const pending = { id: 'kept', source: 'a.sh', createdAt: Date.now(), content };
    machine.write('.notifications/pending/kept.json', JSON.stringify(pending));
    await machine.runner();
    expect(machine.names('pending')).toEqual(['fresh.files', 'kept.files', 'kept.json', 'new.json.tmp']);
  });
});
