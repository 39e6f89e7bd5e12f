import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { bundleRunner } from '../../scripts/build/bundle-runner.js';
import { bundleWeb } from '../../scripts/build/bundle-web.js';
import { runDemo } from '../../src/demo/demo.ts';
import { createSocketClient } from '../../src/shared/http/socket-client.ts';
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
  let visitor = new Visitor('http://127.0.0.1');
  let reload = () => {};
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
      onReload: (callback) => {
        reload = callback;
      },
    },
    { port: '0' },
  );
  const address = await waitFor(() => /as long as the demo runs:\s+(http:\/\/127\.0\.0\.1:\d+\/\S+)/.exec(output)?.[1]);
  // The address is good for more than one visit, and for whoever knows it alone.
  for (let visit = 1; visit <= 2; visit += 1) {
    const { status, headers } = await fetch(address, { redirect: 'manual' });
    expect(status).toBe(303);
    const once = headers.get('location') ?? '';
    visitor = new Visitor(new URL(once).origin);
    await visitor.post('/login/once', { token: once.split('/').at(-1) ?? '' });
    expect((await visitor.get('/messages')).text).toContain('Hello from the demo');
  }
  expect((await fetch(new URL('/', address))).status).toBe(404);
  await waitFor(() => output.includes('Ctrl-C'));
  const launcher = /the notify-runner of the demo is\s+(\S+) send/.exec(output)?.[1] ?? '';
  const runner = (...args: string[]) =>
    execa(launcher, args, {
      reject: false,
      extendEnv: false,
      env: { HOME: dirname(programDir), PATH: '/usr/bin:/bin' },
    });
  expect((await runner('send', 'Hello from another terminal')).exitCode).toBe(0);
  await waitFor(() => output.includes('│ Hello from another terminal'));
  const { stdout: listed } = await runner('destination', 'list');
  expect(listed).toMatch(/^ops\/disks +Operations \(topic of a group\)/m);
  expect(output).toMatch(/│ \S+ tests the destination ops\/disks: messages arrive here\./);
  expect((await runner('web')).stdout).toContain('/login/once/');
  expect((await runner('status')).stdout).toContain('Linked to');
  const made = await runner('init');
  expect(made.exitCode).toBe(1);
  expect(made.stderr).toMatch(/^notify-runner: This is the demo, and a crontab line would outlast it/);
  const rules = /rules of alerts \(docs\/alerts\.md\) into (\S+);/.exec(output)?.[1] ?? '';
  writeFileSync(rules, 'rotations: {primary: {people: [ann], handover: "mon 09:00"}}');
  reload();
  const client = createSocketClient({ socketPath: join(dirname(launcher), 'bot.sock'), timeoutMs: 10_000 });
  onTestFinished(() => client.close());
  await waitFor(async () => JSON.stringify((await client.request('GET', '/rotations')).body).includes('"ann"'));
  stop('SIGINT');
  expect(await demo).toBe(0);
  const folder = /files are in (\S+),/.exec(output)?.[1] ?? '';
  expect(() => readdirSync(folder)).toThrow('ENOENT');
  await expect(visitor.get('/')).rejects.toThrow('fetch failed');
});
