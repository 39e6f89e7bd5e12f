import { imageSize } from 'image-size';
import type { Media } from '../../../core/notification.ts';
import type { Blobs } from '../../../storage/ports.ts';
import type { MediaFacts } from '../render/parts.ts';

/** Image types that Telegram shows as a photo. */
const PHOTO_TYPES = new Set(['png', 'jpg']);
/** Bytes in which an image's size is found, behind its metadata; what image-size reads of a file. */
const HEAD_BYTES = 512 * 1024;

/** Reads a file's beginning, so that rendering can decide how to send it. A file that is no image has no `image`. */
export async function mediaFacts(media: Media, blobs: Pick<Blobs, 'head'>): Promise<MediaFacts> {
  const { blob, name, size, as } = media;
  if (as === 'document') return { name, size, as };
  try {
    const { width, height, type } = imageSize(await blobs.head(blob, HEAD_BYTES));
    if (type === undefined || !PHOTO_TYPES.has(type)) return { name, size, as };
    return { name, size, as, image: { type, width, height } };
  } catch {
    return { name, size, as };
  }
}
