/** Files that come with a notification, from a form or from paths. Those that no delivery took over are removed. */
import { basename } from 'node:path';
import type { Media } from '../../../../core/notification.ts';
import { Problem } from '../../../../core/problem.ts';
import { MAX_FILE_BYTES, MAX_MULTIPART_BYTES, MAX_PHOTOS } from '../../../../shared/api/limits.ts';
import { type UploadBody, uploadBody } from '../../../../shared/api/requests.ts';
import { readForm } from '../../body/multipart.ts';
import { validate } from '../../body/validate.ts';
import type { EndpointContext } from '../../endpoint.ts';
import { cleanFileName } from '../../files/file-name.ts';
import { bytesOf, openReadable } from '../../files/readable-path.ts';
import { stage } from '../../files/staging.ts';
import type { Answer } from '../../http/answer.ts';
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

/** Reads a form and hands its fields and files to `use`. */
export async function withForm(
  { exchange, services }: EndpointContext,
  as: MediaKind,
  use: (fields: UploadBody, media: readonly StagedMedia[]) => Promise<Answer>,
): Promise<Answer> {
  const { fields, files } = await readForm(exchange, {
    part: as,
    maxFiles: as === 'photo' ? MAX_PHOTOS : 1,
    fallbackName: FALLBACK_NAMES[as],
    blobs: services.blobs,
  });
  try {
    if (files.length === 0) throw new Problem('bad_field', `${as}: a file part with this name is required.`);
    return await use(
      validate(uploadBody, formBody(fields)),
      files.map((file) => ({ ...file, as })),
    );
  } finally {
    await services.blobs.discard(files.map(({ blob }) => blob));
  }
}

/** Copies one file that the caller may read. @param room bytes that are left for it */
async function copyIn(
  { caller, services }: EndpointContext,
  as: MediaKind,
  { path, field }: NamedPath,
  room: number,
): Promise<StagedMedia> {
  const file = await openReadable(path, caller, field);
  try {
    const staged = await stage(bytesOf(file), {
      blobs: services.blobs,
      limit: Math.min(room, MAX_FILE_BYTES),
      over:
        room < MAX_FILE_BYTES ? `${field}: the files are larger than 60 MB together.` : `${field}: larger than 50 MB.`,
      field,
    });
    return { ...staged, name: cleanFileName(basename(path), FALLBACK_NAMES[as]), as };
  } finally {
    await file.close();
  }
}

/** Copies files of this host that the caller may read, and hands them to `use`. */
export async function withPaths(
  context: EndpointContext,
  as: MediaKind,
  paths: readonly NamedPath[],
  use: (media: readonly StagedMedia[]) => Promise<Answer>,
): Promise<Answer> {
  const media: StagedMedia[] = [];
  try {
    let room = MAX_MULTIPART_BYTES;
    for (const path of paths) {
      const file = await copyIn(context, as, path, room);
      media.push(file);
      room -= file.size;
    }
    return await use(media);
  } finally {
    await context.services.blobs.discard(media.map(({ blob }) => blob));
  }
}
