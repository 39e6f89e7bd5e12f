import { imageSizeFromFile } from 'image-size/fromFile';
import type { Media } from '../../../core/notification.ts';
import type { MediaFacts } from '../render/parts.ts';

/** What Telegram shows as a photo. */
const PHOTO_TYPES = new Set(['png', 'jpg']);

/** Looks into a file's head, so that rendering can decide how it travels. A file that is no image stays without facts. */
export async function mediaFacts(media: Media): Promise<MediaFacts> {
  const { name, size, as } = media;
  if (as === 'document') return { name, size, as };
  try {
    const { width, height, type } = await imageSizeFromFile(media.path);
    if (type === undefined || !PHOTO_TYPES.has(type)) return { name, size, as };
    return { name, size, as, image: { type, width, height } };
  } catch {
    return { name, size, as };
  }
}
