import { Problem } from '../core/problem.ts';
import { type Environment, settingOf, socketSetting } from '../shared/process/settings.ts';

/** What the actor is told from outside: by its unit, and by `/etc/notify-bot/env`. */
export interface ActorSettings {
  /** `NOTIFY_ACTOR_UNIT`: the unit that this process runs in, such as `notify-actor@3-815-996.service`. */
  readonly unit: string;
  /** `NOTIFY_BOT_USER`: who may ask, besides root. */
  readonly botUser: string;
  /** `NOTIFY_GROUP`: whose members may be asked for; everybody unless set. */
  readonly group: string | undefined;
  /** `NOTIFY_SOCKET`: where scripts' notifications go. */
  readonly socketPath: string;
}

const UNIT = /^[\w:.\\@-]{1,240}\.service$/;

/** Reads every setting of the actor. @throws Problem `bad_setting`, naming the first that is wrong */
export function readActorSettings(environment: Environment): ActorSettings {
  const unit = settingOf(environment, 'NOTIFY_ACTOR_UNIT');
  if (unit === undefined || !UNIT.test(unit)) {
    const message = 'NOTIFY_ACTOR_UNIT names no unit: this program is started by systemd, see notify-actor.socket.';
    throw new Problem('bad_setting', message);
  }
  return {
    unit,
    botUser: settingOf(environment, 'NOTIFY_BOT_USER') ?? 'notify-bot',
    group: settingOf(environment, 'NOTIFY_GROUP'),
    socketPath: socketSetting(environment),
  };
}
