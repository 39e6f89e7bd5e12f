/**
 * A data folder as the first release writes it, recorded from that release: waiting, half sent and failed deliveries
 * with files, a history, links (one moved, one unreachable), mutes, a code, a deep link, a run, two updates.
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

/** Where it lies. */
export const RELEASED_FOLDER = join(import.meta.dirname, '../files/fixtures/format-1');

/** When it was recorded, ms since 1970: codes, mutes and ids are good at this time. */
export const RECORDED_AT = Date.parse('2026-11-26T01:04:28.113Z');

/** Copies it to a folder. */
export const copyReleasedFolder = (to: string): Promise<void> => cp(RELEASED_FOLDER, to, { recursive: true });
