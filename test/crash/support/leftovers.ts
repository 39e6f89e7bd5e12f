import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '../../support/traffic/ground.ts';

/** What may lie in the data folder of a service that was stopped with nothing left to do. */
const EXPECTED = [
  /^telegram_users\.json$/,
  /^pending_codes\.json$/,
  /^updates\.json$/,
  /^bot\.log$/,
  /^notify-bot\.lock$/,
  // The marker of a folder in use.
  /^instance\.json$/,
  // The link to the socket.
  /^bot\.sock$/,
  /^history\/\d{4}-\d{2}-\d{2}\.jsonl$/,
  /^people\.json$/,
  // Records of features, and snapshots of them.
  /^(alerts|questions|held)\/(log|snapshot)-\d+\.jsonl$/,
];

/** What couldn't be delivered is kept there. */
const FAILED = /^failed\/[0-9a-z]{11}-[0-9a-f]{8}\.(json|\d+)$/;

/**
 * What is left in the data folder and should not be: half-written files, files of deliveries that are done, locks.
 *
 * @param failures whether something may have failed for good
 */
export async function leftovers(dataDir: string, failures = false): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const expected = failures ? [...EXPECTED, FAILED] : EXPECTED;
  return entries.flatMap((entry) => {
    const name = join(entry.parentPath, entry.name).slice(dataDir.length + 1);
    if (entry.isDirectory())
      return /^(outbox|outbox\/staging|failed|history|alerts|questions|held)$/.test(name) ? [] : [name];
    return expected.some((pattern) => pattern.test(name)) ? [] : [name];
  });
}

/** The links as they stand. @throws Error when the file is not whole JSON */
export async function readLinks({ dataDir }: Ground): Promise<Record<string, { readonly chat_id: number }>> {
  return JSON.parse(await readFile(join(dataDir, 'telegram_users.json'), 'utf8'));
}
