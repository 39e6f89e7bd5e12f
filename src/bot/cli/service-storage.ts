import type { Update } from '../../core/update.ts';
import { openStorage, type Storage } from '../../storage/open-storage.ts';
import { dataDirFrom } from '../settings.ts';
import type { BotIo } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** The storage of the service that this command is for. @throws Problem `bad_setting` */
export function openServiceStorage(io: BotIo): Storage<unknown, Update> {
  return openStorage({ dataDir: dataDirFrom(serviceEnvironment(io.environment)) });
}
