/** Homes with scripts, an actor that runs them, a bot and a dashboard. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startActorSocket } from '../../support/actor/actor-socket.ts';
import { type RunningWeb, type RunningWebOptions, startWeb } from './running-web.ts';

/** The current account, as which scripts send. */
export const me = userInfo().username;
/** Its chat. */
export const MY_CHAT = 1;

export interface ScriptsHost {
  readonly web: RunningWeb;
  /** Writes a script into a user's folder. */
  write(user: string, name: string, content: string): void;
  stop(): Promise<void>;
}

/** Starts a dashboard over scripts of `me` and of `anna`. */
export async function startScriptsHost(options: RunningWebOptions = {}): Promise<ScriptsHost> {
  const folder = mkdtempSync(join(tmpdir(), 'notify-web-host-'));
  chmodSync(folder, 0o755);
  const homeOf = (user: string) => join(folder, user);
  for (const user of [me, 'anna']) mkdirSync(join(homeOf(user), 'user/notifications'), { recursive: true });
  const socketPath = join(folder, 'bot.sock');
  const users = { [me]: { home: homeOf(me), uid: 2000 }, anna: { home: homeOf('anna'), uid: 2001 } };
  const actor = await startActorSocket({ users, socketPath });
  const web = await startWeb({
    ...options,
    bot: { links: { [me]: MY_CHAT }, ...options.bot, settings: { socketPath, actorSocket: actor.path } },
  });
  return {
    web,
    write(user, name, content) {
      const path = join(homeOf(user), 'user/notifications', name);
      writeFileSync(path, content);
      chmodSync(path, 0o755);
    },
    async stop() {
      await web.stop();
      await actor.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
