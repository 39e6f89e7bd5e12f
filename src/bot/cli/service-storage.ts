import type { Update } from '../../core/update.ts';
import { openStorage, type Storage } from '../../storage/open-storage.ts';
import { dataDirFrom, stateDirFrom } from '../settings.ts';
import { becomeOwnerOf } from './become-owner.ts';
import type { BotIo } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Where systemd has the service remember its data folder (`StateDirectory=` of its unit). */
const STATE_DIR = '/var/lib/notify-bot';

/**
 * The storage of the service that this command is for. Root's process becomes the owner of its folder, for good: what only
 * root can read must have been read before.
 *
 * @throws Problem `bad_setting`; `data_dir` when root can't become the owner
 */
export function openServiceStorage(io: BotIo): Storage<unknown, Update> {
  const environment = serviceEnvironment(io.environment);
  const dataDir = dataDirFrom(environment);
  becomeOwnerOf(dataDir, io.uid, io.become);
  return openStorage({ dataDir, stateDir: stateDirFrom(environment) ?? STATE_DIR });
}
