import { Problem } from '../../core/problem.ts';
import type { Update } from '../../core/update.ts';
import { openStorage, type Storage } from '../../storage/open-storage.ts';
import { dataDirFrom, stateDirFrom } from '../settings.ts';
import { foreignOwnerOf } from './as-owner.ts';
import type { BotIo } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Where systemd has the service remember its data folder (`StateDirectory=` of its unit). */
const STATE_DIR = '/var/lib/notify-bot';

/**
 * The storage of the service that this command is for.
 *
 * @throws Problem `bad_setting`; `data_dir` for root's process where the folder is another account's, see `asOwner`
 */
export function openServiceStorage(io: BotIo): Storage<unknown, Update> {
  const environment = serviceEnvironment(io.environment);
  const dataDir = dataDirFrom(environment);
  const owner = foreignOwnerOf(dataDir, io.uid);
  if (owner !== undefined) {
    throw new Problem('data_dir', `${dataDir} belongs to the account with the uid ${owner.uid}, which must do this.`);
  }
  return openStorage({ dataDir, stateDir: stateDirFrom(environment) ?? STATE_DIR });
}
