import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { load } from '../support/load.ts';
import type { Workload } from './workload.ts';

/** Telegram's limit over all chats, messages a second. */
const PER_SECOND = 30;

/** Sends as fast as Telegram accepts, and must cause no refusal. */
export const broadcast: Workload = {
  name: 'broadcast',
  about: "3,000 messages to 1,000 chats at Telegram's real limits, beside the physical limit",
  needs: 'sandbox',
  async run({ subject, note, quick }) {
    const chats = quick ? 90 : 1000;
    const total = 3 * chats;
    const sandbox = createSandbox({ limits: true });
    await sandbox.start();
    const running = await subject.start({ telegram: sandbox, links: chats });
    const startedAt = performance.now();
    const all = new Promise<void>((resolve) => {
      let seen = 0;
      sandbox.onMessage(() => {
        seen += 1;
        if (seen === total) resolve();
      });
    });
    await load(running, { connections: 20, total, keepAlive: true, wait: 0 });
    await all;
    const seconds = (performance.now() - startedAt) / 1000;
    note(`${total.toLocaleString('en')} messages to ${chats.toLocaleString('en')} chats`, 's', seconds);
    note('share of the physical limit, 30 a second', '', total / PER_SECOND / seconds);
    note('answers 429', '', sandbox.calls.tooMany);
    await running.stop();
    await sandbox.stop();
  },
};
