import { herd } from '../support/load.ts';
import { startTelegram } from '../support/telegram.ts';
import type { Workload } from './workload.ts';

const CLIENTS = 1000;

/** A large server whose crontabs all start at nine o'clock. */
export const thousand: Workload = {
  name: 'herd',
  about: '1,000 clients in the same instant, a new connection each',
  needs: 'socket',
  async run({ subject, telegram: given, note, quick }) {
    for (let i = 0; i < (quick ? 1 : 3); i += 1) {
      const telegram = given ?? (await startTelegram());
      for (const users of subject.startable && !quick ? [1, CLIENTS] : [1]) {
        const running = await subject.start({ telegram, links: users });
        const { accepted, seconds } = await herd(running, CLIENTS);
        const group = users === 1 ? 'one user’s' : `${CLIENTS.toLocaleString('en')} users’`;
        note(`${group}: accepted`, '', accepted);
        note(`${group}: until the last was answered`, 's', seconds);
        await running.stop();
      }
      if (given === undefined) await telegram.stop();
    }
  },
};
