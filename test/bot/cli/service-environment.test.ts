import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { credentialsIn } from '../../../src/bot/cli/service-environment.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

test('the token is taken from the first folder that holds one, an empty file being none', async () => {
  const folder = await temporaryFolder();
  const [settings, decrypted] = [join(folder, 'etc'), join(folder, 'run')];
  const look = () => credentialsIn([settings, decrypted]);
  expect(look()).toBeUndefined();
  for (const path of [settings, decrypted]) mkdirSync(path);
  writeFileSync(join(decrypted, 'telegram-bot-token'), '\n');
  expect(look()).toBeUndefined();
  writeFileSync(join(decrypted, 'telegram-bot-token'), '1:two\n');
  writeFileSync(join(settings, 'telegram-bot-token'), '');
  expect(look()).toBe(decrypted);
  writeFileSync(join(settings, 'telegram-bot-token'), '1:one\n');
  expect(look()).toBe(settings);
});
