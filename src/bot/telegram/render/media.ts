import type { Part } from '../part.ts';

/** What is known of a file when parts are made. */
export interface MediaFacts {
  /** The file's own name, as the reader sees it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** What the sender asked for. */
  readonly as: 'photo' | 'document';
  /** What the file's own bytes say, where they are an image's. */
  readonly image?: {
    /** `png`, `jpg`, `webp`, `gif`, … */
    readonly type: string;
    /** Pixels. */
    readonly width: number;
    /** Pixels. */
    readonly height: number;
  };
  /** It moves: an animated GIF, or a video that Telegram plays (MPEG-4). */
  readonly moving?: 'animation' | 'video';
}

/** Telegram's bounds for photos. https://core.telegram.org/bots/api#sendphoto */
const PHOTO_BYTES = 10 * 1024 * 1024;
const PHOTO_SIDES = 10_000;
const PHOTO_RATIO = 20;

/** https://core.telegram.org/bots/api#sendmediagroup */
const ALBUM_MOST = 10;

/** Types that Telegram may show as a photo; one that it then refuses goes as a document. HEIC, which it can't read, is a document. */
const PHOTO_TYPES = /^(?:png|jpe?g|webp|gif)$/i;

/** Whether Telegram would take the file as a photo. */
function isPhoto({ as, image, size, moving }: MediaFacts): boolean {
  if (as !== 'photo' || moving !== undefined || image === undefined || !PHOTO_TYPES.test(image.type)) return false;
  const shorter = Math.min(image.width, image.height);
  const longer = Math.max(image.width, image.height);
  return size <= PHOTO_BYTES && shorter > 0 && longer / shorter <= PHOTO_RATIO && shorter + longer <= PHOTO_SIDES;
}

/** Groups of at most ten, as even as can be, so that none is left alone: eleven are six and five. */
function albums(photos: readonly number[]): readonly (readonly number[])[] {
  const groups = Math.ceil(photos.length / ALBUM_MOST);
  return Array.from({ length: groups }, (_, group) =>
    photos.slice(Math.ceil((group * photos.length) / groups), Math.ceil(((group + 1) * photos.length) / groups)),
  );
}

/** A call for each album, and for each other file: photos first, the rest in the order given. What was asked for as a document stays one. */
export function mediaParts(media: readonly MediaFacts[]): readonly Exclude<Part, { kind: 'text' | 'text-file' }>[] {
  const wanted = (photo: boolean) => media.flatMap((one, index) => (isPhoto(one) === photo ? [index] : []));
  const photos = albums(wanted(true)).map((group) => {
    const [only] = group;
    return group.length === 1 && only !== undefined
      ? ({ kind: 'photo', media: only } as const)
      : ({ kind: 'album', media: group } as const);
  });
  const others = wanted(false).map((index) => {
    const { as, moving } = media[index] ?? { as: 'document' };
    return { kind: as === 'photo' ? (moving ?? 'document') : 'document', media: index } as const;
  });
  return [...photos, ...others];
}
