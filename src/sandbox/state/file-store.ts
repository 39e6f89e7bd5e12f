/** Files of messages. Descriptions are kept; the bytes only of the newest files. */
import { randomBytes } from 'node:crypto';
import type { SandboxMedia } from '../model.ts';

/** A stored file. */
export interface StoredFile {
  readonly media: SandboxMedia;
  /** Its download path, relative to the bot's file address. */
  readonly path: string;
  /** `undefined` after the bytes were dropped. */
  readonly data: Buffer | undefined;
}

/** @see createFileStore */
export interface FileStore {
  add(media: Omit<SandboxMedia, 'file_id'>, data: Buffer): SandboxMedia;
  byId(fileId: string): StoredFile | undefined;
  byPath(path: string): StoredFile | undefined;
}

/** Files whose descriptions are kept after their bytes were dropped. */
const REMEMBERED = 10_000;

function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Creates an empty store that holds at most `keepBytes` bytes, but always the newest file. */
export function createFileStore(keepBytes: number): FileStore {
  const files = new Map<string, { media: SandboxMedia; path: string; data: Buffer | undefined }>();
  const paths = new Map<string, string>();
  /** Ids of the files with bytes, oldest first. */
  let held: string[] = [];
  let bytes = 0;
  let count = 0;

  function makeRoom(): void {
    while (bytes > keepBytes && held.length > 1) {
      const file = files.get(held.shift() ?? '');
      if (file?.data === undefined) continue;
      bytes -= file.data.length;
      file.data = undefined;
    }
    const [oldest] = files.keys();
    if (files.size <= REMEMBERED || oldest === undefined) return;
    const file = files.get(oldest);
    bytes -= file?.data?.length ?? 0;
    held = held.filter((id) => id !== oldest);
    paths.delete(file?.path ?? '');
    files.delete(oldest);
  }

  return {
    add(described, data) {
      count += 1;
      const photo = described.kind === 'photo';
      const media = { ...described, file_id: `${photo ? 'AgAC' : 'BQAC'}${randomBytes(27).toString('base64url')}` };
      const extension = photo ? '.jpg' : extensionOf(described.name);
      const path = `${photo ? 'photos' : 'documents'}/file_${count}${extension}`;
      files.set(media.file_id, { media, path, data });
      paths.set(path, media.file_id);
      held.push(media.file_id);
      bytes += data.length;
      makeRoom();
      return media;
    },
    byId: (fileId) => files.get(fileId),
    byPath: (path) => files.get(paths.get(path) ?? ''),
  };
}
