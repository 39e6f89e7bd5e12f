import { imageSize } from 'image-size';
import type { Media } from '../../../core/notification.ts';
import type { Blobs } from '../../../storage/ports.ts';
import type { MediaFacts } from '../render/parts.ts';

/** Image types that Telegram may show as a photo. */
const PHOTO_TYPES = new Set(['png', 'jpg', 'webp', 'gif']);
/** Bytes in which an image's size is found, behind its metadata; what image-size reads of a file. */
const HEAD_BYTES = 512 * 1024;

/** Brands of MPEG-4 videos: https://mp4ra.org/registered-types/brands. Those of pictures (`heic`, `avif`) are not among them. */
const VIDEO_BRAND = /^(?:isom|iso[2-9]|mp4[12]|avc1|dash|M4V[HP ]|MSNV|f4v )/;

/** Whether a GIF has a second picture; of a long first one only the mark of a loop tells. */
function isAnimated(gif: Buffer): boolean {
  const controls = gif.toString('latin1').split('\x21\xf9\x04').length - 1;
  return controls > 1 || gif.includes('NETSCAPE2.0');
}

function movingIn(head: Buffer): MediaFacts['moving'] {
  if (/^GIF8[79]a/.test(head.toString('latin1', 0, 6))) return isAnimated(head) ? 'animation' : undefined;
  const isBoxed = head.toString('latin1', 4, 8) === 'ftyp';
  return isBoxed && VIDEO_BRAND.test(head.toString('latin1', 8, 12)) ? 'video' : undefined;
}

function imageIn(head: Buffer): MediaFacts['image'] {
  try {
    const { width, height, type } = imageSize(head);
    return type === undefined || !PHOTO_TYPES.has(type) ? undefined : { type, width, height };
  } catch {
    return undefined;
  }
}

/** Reads a file's beginning, so that rendering can decide how to send it. A file that is no image has no `image`. */
export async function mediaFacts(media: Media, blobs: Pick<Blobs, 'head'>): Promise<MediaFacts> {
  const { blob, name, size, as } = media;
  if (as === 'document') return { name, size, as };
  const head = Buffer.from(await blobs.head(blob, HEAD_BYTES).catch(() => new Uint8Array()));
  const [image, moving] = [imageIn(head), movingIn(head)];
  return { name, size, as, ...(image === undefined ? {} : { image }), ...(moving === undefined ? {} : { moving }) };
}
