import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleRunner } from '../../scripts/build/bundle-runner.js';
import { bundleWeb } from '../../scripts/build/bundle-web.js';
import { runDemo } from '../../src/demo/demo.ts';
import { Visitor } from '../support/network/visitor.ts';
import { options as bundling } from '../support/programs/bundle.ts';
import { waitFor } from '../support/wait-for.ts';

const modules = new URL('../../node_modules', import.meta.url).pathname;

/** The bundled programs and one example. */
async function makePrograms(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'notify-demo-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const programs = join(folder, 'dist');
  const examples = join(folder, 'examples/notifications');
  mkdirSync(examples, { recursive: true });
  writeFileSync(join(examples, 'hello.sh'), '#!/bin/sh\necho \'{"notify": true, "message": "Hello from the demo"}\'\n');
  chmodSync(join(examples, 'hello.sh'), 0o755);
  symlinkSync(modules, join(folder, 'node_modules'));
  await bundleRunner(programs, bundling);
  await bundleWeb(programs, { ...bundling, bundle: true, format: 'esm', splitting: true });
  return programs;
}

test('leads from /start to a message on the dashboard, and removes its files at the end', async () => {
  const programDir = await makePrograms();
  let output = '';
  let stop = (_signal: string) => {};
  const stopRequested = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const demo = runDemo(
    {
      uid: process.getuid?.() ?? 0,
      programDir,
      environment: {},
      out: (text) => {
        output += text;
      },
      err: (text) => {
        output += text;
      },
      stopRequested,
    },
    { port: '0' },
  );
  const address = await waitFor(() => /http:\/\/\S+\/login\/once\/\S+/.exec(output)?.[0]);
  const visitor = new Visitor(new URL(address).origin);
  await visitor.post('/login/once', { token: address.split('/').at(-1) ?? '' });
  expect((await visitor.get('/messages')).text).toContain('Hello from the demo');
  await waitFor(() => output.includes('Ctrl-C'));
  stop('SIGINT');
  expect(await demo).toBe(0);
  const folder = /files are in (\S+),/.exec(output)?.[1] ?? '';
  expect(() => readdirSync(folder)).toThrow('ENOENT');
  await expect(visitor.get('/')).rejects.toThrow('fetch failed');
});
