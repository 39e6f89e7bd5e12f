import { execFileSync } from 'node:child_process';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Subject } from '../../../src/bot/rules/rules.ts';
import { createRulesSource } from '../../../src/bot/rules/rules-source.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const SUBJECT: Subject = {
  labels: {},
  annotations: {},
  owner: 'alice',
  source: 'socket',
  startsAt: 0,
  status: 'firing',
};

async function openSource() {
  const path = join(await temporaryFolder(), 'alerts.yaml');
  const said: string[] = [];
  const log = {
    debug: () => {},
    info: (_fields: object, text: string) => void said.push(text),
    warn: () => {},
    error: (_fields: object, text: string) => void said.push(text),
  };
  const source = createRulesSource({ path, zone: () => 'UTC', overrides: () => [], log });
  let changes = 0;
  source.onChange(() => {
    changes += 1;
  });
  const to = () => source.current().decide(SUBJECT)[0]?.to;
  return { path, source, said, to, changes: () => changes };
}

describe('the rules in force', () => {
  test('without a file are the built-in ones', async () => {
    const { source, to, changes } = await openSource();
    await source.reload();
    expect(to()).toEqual(['owner']);
    expect(source.problem()).toBeUndefined();
    expect(changes()).toBe(0);
  });

  test('are those of the file, at each reload', async () => {
    const { path, source, to, changes } = await openSource();
    await writeFile(path, 'defaults: {to: ops}\n');
    await source.reload();
    expect(to()).toEqual(['ops']);
    await source.reload();
    expect(changes()).toBe(1);
    await writeFile(path, 'defaults: {to: [ops, "%leads"]}\n');
    await source.reload();
    expect(to()).toEqual(['ops', '%leads']);
    expect(changes()).toBe(2);
    await rm(path);
    await source.reload();
    expect(to()).toEqual(['owner']);
    expect(changes()).toBe(3);
  });

  test('stay with a wrong file, which is named with line and reason', async () => {
    const { path, source, said, to } = await openSource();
    await writeFile(path, 'defaults: {to: ops}\n');
    await source.reload();
    await writeFile(path, 'defaults:\n  to: ops\n  templat: alert\n  grop_wait: 1s\n');
    await source.reload();
    const reason = `${path} line 3: defaults: there is no key "templat"; did you mean template? \`notify-bot alerts check\` names 1 more.`;
    expect(source.problem()).toBe(reason);
    expect(said.at(-1)).toBe(`The rules of alerts stay as they were: ${reason}`);
    expect(to()).toEqual(['ops']);
    await writeFile(path, 'defaults: {to: ops}\n');
    await source.reload();
    expect(source.problem()).toBeUndefined();
  });

  test('are the built-in ones where the first file is wrong', async () => {
    const { path, source, to } = await openSource();
    await writeFile(path, '');
    await source.reload();
    expect(source.problem()).toBe(
      `${path} line 1: found nothing; allowed: a map of defaults, alerts, routes, inhibit, escalations, rotations, times, templates, reports.`,
    );
    expect(to()).toEqual(['owner']);
  });

  test.each([
    ['a folder', async (path: string) => void execFileSync('mkdir', [path]), "can't be read (EISDIR)."],
    ['a pipe', async (path: string) => void execFileSync('mkfifo', [path]), "can't be read (EFTYPE)."],
    ['a huge file', (path: string) => writeFile(path, `#${'x'.repeat(1024 * 1024)}`), 'is larger than 1 MiB.'],
    ['no UTF-8', (path: string) => writeFile(path, Buffer.from([0x61, 0x3a, 0xff])), 'is not UTF-8.'],
  ])('do not come from %s', async (_what, make, reason) => {
    const { path, source, to } = await openSource();
    await make(path);
    await source.reload();
    expect(source.problem()).toBe(`${path} ${reason}`);
    expect(to()).toEqual(['owner']);
  });

  test('can be those of the example', async () => {
    const { path, source } = await openSource();
    await copyFile('examples/alerts.yaml', path);
    await source.reload();
    expect(source.problem()).toBeUndefined();
    expect(source.current().rotations).toEqual(['primary']);
    expect(source.current().rotation('primary')).toMatchObject({ people: ['alice', 'bob'], handover: '0 9 * * 1' });
  });
});
