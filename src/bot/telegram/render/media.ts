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
    /** `png`, `jpg`, … */
    readonly type: string;
    /** Pixels. */
    readonly width: number;
    /** Pixels. */
    readonly height: number;
  };
}

/** Telegram's bounds for photos. https://core.telegram.org/bots/api#sendphoto */
const PHOTO_BYTES = 10 * 1024 * 1024;
const PHOTO_SIDES = 10_000;
const PHOTO_RATIO = 20;

/** https://core.telegram.org/bots/api#sendmediagroup */
const ALBUM_MOST = 10;

/** Whether Telegram would take the file as a photo; any other travels as a document. */
function isPhoto({ as, image, size }: MediaFacts): boolean {
  if (as !== 'photo' || image === undefined || !/^(?:png|jpe?g)$/i.test(image.type)) return false;
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

/** A call for each album, photo and document: photos first, each kind in the order given. */
export function mediaParts(media: readonly MediaFacts[]): readonly Exclude<Part, { kind: 'text' | 'text-file' }>[] {
  const wanted = (photo: boolean) => media.flatMap((one, index) => (isPhoto(one) === photo ? [index] : []));
  const photos = albums(wanted(true)).map((group) => {
    const [only] = group;
    return group.length === 1 && only !== undefined
      ? ({ kind: 'photo', media: only } as const)
      : ({ kind: 'album', media: group } as const);
  });
  return [...photos, ...wanted(false).map((index) => ({ kind: 'document', media: index }) as const)];
}
