/** What disks, power cuts and people do to files. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../support/random.ts';

/** A way to spoil a file. */
export type Damage = 'torn' | 'emptied' | 'zeros' | 'foreign' | 'list' | 'null' | 'folder' | 'dangling';

/** Every way that leaves something under the file's name. */
export const DAMAGES = ['torn', 'emptied', 'zeros', 'foreign', 'list', 'null', 'folder', 'dangling'] as const;

/** Spoils a file, which has more than one byte. */
export async function spoil(path: string, damage: Damage, random: Random): Promise<void> {
  const { length } = await readFile(path);
  switch (damage) {
    case 'torn':
      return truncate(path, 1 + random.below(length - 1));
    case 'emptied':
      return truncate(path, 0);
    case 'zeros':
      return writeFile(path, Buffer.alloc(length));
    case 'foreign':
      return writeFile(path, randomBytes(length));
    case 'list':
      return writeFile(path, '[]');
    case 'null':
      return writeFile(path, 'null');
    case 'folder':
      await rm(path);
      await mkdir(path);
      return writeFile(join(path, 'inside'), 'x');
    case 'dangling':
      await rm(path);
      return symlink('/nowhere/at/all', path);
  }
}

/** Names in the data folder that nobody asked for, and what lies under them: all must stay, and disturb nothing. */
export async function scatter(dataDir: string): Promise<readonly string[]> {
  const names = [
    ...[
      'notes.txt',
      '.hidden',
      'telegram_users.json.bak',
      'x'.repeat(200),
      'history/readme',
      'history/2026-13-45.jsonl',
    ],
    ...['outbox/readme', 'outbox/not-a-delivery.json', 'outbox/.json', 'failed/other.json', 'failed/x.0'],
  ];
  for (const name of names) await writeFile(join(dataDir, name), randomBytes(100));
  await mkdir(join(dataDir, 'outbox/folder'));
  // A name that is no UTF-8.
  await writeFile(Buffer.concat([Buffer.from(join(dataDir, 'outbox/')), Buffer.from([0xff, 0xfe])]), 'x');
  return [...names, 'outbox/folder'];
}
