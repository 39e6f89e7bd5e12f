/** The built runner over scripts that print, and end with, anything. */
import fc from 'fast-check';
import { createMachine } from '../support/runner/machine.ts';
import { startScriptedBot } from '../support/runner/scripted-bot.ts';
import { campaign, type Target } from './support/campaign.ts';
import { printed } from './targets/script-output.ts';

const script = fc.record({ printed, status: fc.constantFrom(0, 0, 0, 1, 255) });
const cases = fc.array(script, { minLength: 1, maxLength: 8 });
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** What Node says of an error that nobody caught, or of one told with its stack. */
const TRACE = /^\s+at .*[(/].*:\d+:\d+\)?$|^Node\.js v/m;

const runner: Target<Case> = {
  name: 'runner',
  share: 0.02,
  time: 0.05,
  cases,
  async check(scripts) {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    for (const [i, { printed: bytes, status }] of scripts.entries()) {
      const path = machine.write(`user/${i}.bin`, Buffer.from(bytes, 'latin1'));
      machine.write(`s${i}.sh`, `#!/bin/sh\ncat ${path}\nexit ${status}\n`, 0o755);
    }
    const ran = await machine.runner();
    if (ran.status !== 0 && ran.status !== 1) throw new Error(`ended with ${ran.status}: ${ran.err.slice(0, 1000)}`);
    if (TRACE.test(ran.err) || TRACE.test(ran.out)) throw new Error(ran.err.slice(0, 2000));
    const listed = await machine.program('notify-scripts', ['list']);
    const names = (JSON.parse(listed.out) as { name: string }[]).map(({ name }) => name);
    if (names.length !== scripts.length) throw new Error(`lists ${names.join(', ')}`);
    await bot.stop();
  },
};

campaign('runner', () => runner);
