/**
 * A data folder as the first release writes it, recorded from that release: waiting, half sent and failed deliveries
 * with files, a history, links (one moved, one unreachable), mutes, a code, a deep link, a run, two updates.
 */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where it lies. */
export const RELEASED_FOLDER = join(import.meta.dirname, '../files/fixtures/format-1');

/** When it was recorded, ms since 1970: codes, mutes and ids are good at this time. */
export const RECORDED_AT = Date.parse('2026-11-26T02:07:28.102Z');

/** The token of its deep link, which was made for the account `nobody`; the folder holds only a digest of it. */
export const DEEP_LINK_TOKEN = 'mtTDYU8f_nvFCUW-zEjoOqCdVdYtoxXn';

/** The first of the deliveries that {@link fillOutbox} writes, and how their ids look. */
const FIRST_STAMP = 0x3000_0000_0000;
const nameOf = (n: number) => `${(FIRST_STAMP + n).toString(36).padStart(11, '0')}-0123abcd`;

/** A delivery of the release with another id, and a number in its texts. */
function numbered(text: string, name: string, n: number): string {
  const old = JSON.parse(text).delivery;
  return JSON.stringify(
    JSON.parse(text.replaceAll(old, name), (key, value) => {
      if (key === 'id' && value !== name) return `${value}-${n}`;
      return key === 'text' && typeof value === 'string' ? `${value} #${n}` : value;
    }),
  );
}

/** Copies the folder, and makes so many deliveries wait in it: those of the release, again and again. @returns their ids, oldest first */
export async function copyReleasedFolder(dataDir: string, waiting: number): Promise<string[]> {
  await cp(RELEASED_FOLDER, dataDir, { recursive: true });
  const outbox = join(dataDir, 'outbox');
  const files = (await readdir(outbox)).sort();
  const models = await Promise.all(
    files
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => ({
        text: await readFile(join(outbox, name), 'utf8'),
        attachments: files.filter((other) => other !== name && other.startsWith(name.replace(/json$/, ''))),
      })),
  );
  const names = Array.from({ length: waiting }, (_, n) => nameOf(n));
  for (const [n, name] of names.entries()) {
    const model = models[n % models.length];
    if (model === undefined) throw new Error('the folder holds no delivery');
    for (const [i, file] of model.attachments.entries()) await cp(join(outbox, file), join(outbox, `${name}.${i}`));
    await writeFile(join(outbox, `${name}.json`), numbered(model.text, name, n));
  }
  for (const file of files) await rm(join(outbox, file));
  return names;
}
