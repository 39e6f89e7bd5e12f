import { Problem } from '../core/problem.ts';
import { type Environment, settingOf, socketSetting } from '../shared/process/settings.ts';

/** The actor's settings, from its unit and from `/etc/notify-bot/env`. */
export interface ActorSettings {
  /** `NOTIFY_ACTOR_UNIT`: the unit that this process runs in, such as `notify-actor@3-815-996.service`. */
  readonly unit: string;
  /** `NOTIFY_BOT_USER`: the user that may send requests, besides root. */
  readonly botUser: string;
  /** `NOTIFY_GROUP`: the group whose members' scripts run; every person's unless set. */
  readonly group: string | undefined;
  /** `NOTIFY_SOCKET`: the socket that receives scripts' notifications. */
  readonly socketPath: string;
}

const UNIT = /^[\w:.\\@-]{1,240}\.service$/;

/** Reads all settings of the actor. @throws Problem `bad_setting`, naming the first invalid one */
export function readActorSettings(environment: Environment): ActorSettings {
  const unit = settingOf(environment, 'NOTIFY_ACTOR_UNIT');
  if (unit === undefined || !UNIT.test(unit)) {
    const message = 'NOTIFY_ACTOR_UNIT names no unit: systemd starts this program, see notify-actor.socket.';
    throw new Problem('bad_setting', message);
  }
  return {
    unit,
    botUser: settingOf(environment, 'NOTIFY_BOT_USER') ?? 'notify-bot',
    group: settingOf(environment, 'NOTIFY_GROUP'),
    socketPath: socketSetting(environment),
  };
}
