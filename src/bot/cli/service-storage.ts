import type { Update } from '../../core/update.ts';
import { openStorage, type Storage } from '../../storage/open-storage.ts';
import { dataDirFrom, stateDirFrom } from '../settings.ts';
import type { BotIo } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Where systemd has the service remember its data folder (`StateDirectory=` of its unit). */
const STATE_DIR = '/var/lib/notify-bot';

/** The storage of the service that this command is for. @throws Problem `bad_setting` */
export function openServiceStorage(io: BotIo): Storage<unknown, Update> {
  const environment = serviceEnvironment(io.environment);
  return openStorage({ dataDir: dataDirFrom(environment), stateDir: stateDirFrom(environment) ?? STATE_DIR });
}
