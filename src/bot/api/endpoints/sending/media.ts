/** Files that come with a notification, from a form or from paths. Those that no delivery took over are removed. */
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Caller } from '../../../../core/account.ts';
import type { Media } from '../../../../core/notification.ts';
import { Problem } from '../../../../core/problem.ts';
import { MAX_FILE_BYTES, MAX_MULTIPART_BYTES, MAX_PHOTOS } from '../../../../shared/api/limits.ts';
import { type UploadBody, uploadBody } from '../../../../shared/api/requests.ts';
import { announcedBytes, readForm } from '../../body/multipart.ts';
import { validateFor } from '../../body/validate.ts';
import type { EndpointContext } from '../../endpoint.ts';
import { cleanFileName } from '../../files/file-name.ts';
import { bytesOf, openReadable } from '../../files/readable-path.ts';
import { stage } from '../../files/staging.ts';
import type { Answer } from '../../http/answer.ts';
import type { Services } from '../../services.ts';
import { formBody } from './form-fields.ts';

/** Whether Telegram shows files as photos or offers them as documents. */
export type MediaKind = Media['as'];

/** A stored file, with the digest of its content. */
export interface StagedMedia extends Media {
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A path that a body names, and the field that it stands in. */
export interface NamedPath {
  readonly path: string;
  readonly field: string;
}

const FALLBACK_NAMES: Readonly<Record<MediaKind, string>> = { photo: 'photo.png', document: 'document.bin' };

/** What to do with files that are stored; `onStored` is called when the staging folder holds none of them any more. */
type Use<Extra extends readonly unknown[]> = (
  ...args: [...Extra, media: readonly StagedMedia[], onStored: () => void]
) => Promise<Answer>;

/** Reads a form and hands its fields and files to `use`. @throws what `readForm` and `use` throw; TooManyRequests */
export async function withForm(
  { exchange, services, allowance }: EndpointContext,
  as: MediaKind,
  use: Use<[fields: UploadBody]>,
): Promise<Answer> {
  const announced = announcedBytes(exchange.request);
  const place = await allowance.upload();
  const media: StagedMedia[] = [];
  try {
    await place.reserve(announced);
    const { fields, files } = await readForm(exchange, {
      part: as,
      maxFiles: as === 'photo' ? MAX_PHOTOS : 1,
      fallbackName: FALLBACK_NAMES[as],
      blobs: services.blobs,
    });
    media.push(...files.map((file) => ({ ...file, as })));
    if (media.length === 0) throw new Problem('bad_field', `${as}: a file part with this name is required.`);
    const checked = await validateFor({ allowance }, uploadBody, () => formBody(fields));
    return await use(checked, media, place.release);
  } finally {
    await services.blobs.discard(media.map(({ blob }) => blob));
    place.release();
  }
}

/** An open file of this host, and how much of it is taken. */
interface Source extends NamedPath {
  readonly file: FileHandle;
  /** Bytes. */
  readonly size: number;
}

/** Opens files in the caller's name and counts them. @throws Problem `bad_field`, `not_readable`, `too_large` */
async function openAll(caller: Caller, paths: readonly NamedPath[], opened: Source[]): Promise<number> {
  let room = MAX_MULTIPART_BYTES;
  for (const { path, field } of paths) {
    const file = await openReadable(path, caller, field);
    const source = { path, field, file, size: (await file.stat()).size };
    opened.push(source);
    room -= source.size;
    if (room < 0) throw new Problem('too_large', `${field}: the files are larger than 60 MB together.`);
  }
  return MAX_MULTIPART_BYTES - room;
}

/** Copies open files. @param media where each copy is noted at once */
async function copyAll(
  { blobs }: Services,
  as: MediaKind,
  sources: readonly Source[],
  media: StagedMedia[],
): Promise<void> {
  for (const { path, field, file, size } of sources) {
    const options = { blobs, limit: MAX_FILE_BYTES, over: `${field}: larger than 50 MB.`, field, original: file };
    const staged = await stage(bytesOf(file, size), options);
    media.push({ ...staged, name: cleanFileName(basename(path), FALLBACK_NAMES[as]), as });
  }
}

/** Copies files of this host that the caller may read, and hands them to `use`. @throws TooManyRequests; Problem */
export async function withPaths(
  { caller, services, allowance }: EndpointContext,
  as: MediaKind,
  paths: readonly NamedPath[],
  use: Use<[]>,
): Promise<Answer> {
  const place = await allowance.upload();
  const media: StagedMedia[] = [];
  try {
    const sources: Source[] = [];
    try {
      await place.reserve(await openAll(caller, paths, sources));
      await copyAll(services, as, sources, media);
    } finally {
      await Promise.all(sources.map(({ file }) => file.close()));
    }
    return await use(media, place.release);
  } finally {
    await services.blobs.discard(media.map(({ blob }) => blob));
    place.release();
  }
}
