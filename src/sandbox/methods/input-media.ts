/**
 * Files in a call: uploaded, or referenced by an earlier `file_id`. https://core.telegram.org/bots/api#sending-files
 */
import { imageSize } from 'image-size';
import { badRequest } from '../http/api-error.ts';
import type { ApiRequest, UploadedFile } from '../http/fields.ts';
import type { SandboxMedia } from '../model.ts';
import type { StoredFile } from '../state/file-store.ts';
import type { SandboxState } from '../state/state.ts';

/** Bytes; width and height together; the longer side over the shorter. https://core.telegram.org/bots/api#sendphoto */
const PHOTO_BYTES = 10 * 1024 * 1024;
const PHOTO_SIDES = 10_000;
const PHOTO_RATIO = 20;

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  tiff: 'image/tiff',
};

const TYPE_NAMES: Readonly<Record<SandboxMedia['kind'], string>> = {
  photo: 'Photo',
  animation: 'Animation',
  video: 'Video',
  document: 'Document',
};

/** Whether a file's first bytes are those of its kind. */
function isKind(kind: SandboxMedia['kind'], data: Buffer): boolean {
  const isVideo = data.toString('latin1', 4, 8) === 'ftyp' && !/^(?:hei|mif|avi)/.test(data.toString('latin1', 8, 12));
  if (kind === 'video') return isVideo;
  return kind !== 'animation' || isVideo || /^GIF8/.test(data.toString('latin1', 0, 4));
}

/** A checked file that is not stored yet, so that a call that fails later stores nothing. */
export type CheckedMedia =
  | { readonly stored: SandboxMedia }
  | { readonly described: Omit<SandboxMedia, 'file_id'>; readonly data: Buffer };

function findFile(
  state: SandboxState,
  request: ApiRequest,
  reference: string,
  field: string,
): UploadedFile | StoredFile {
  const attached = /^attach:\/\/(.+)$/.exec(reference)?.[1];
  if (reference !== '' && attached === undefined) {
    const stored = state.files.byId(reference);
    if (stored !== undefined) return stored;
    // Nothing leaves this computer, so no address is fetched.
    if (/^https?:\/\//.test(reference)) throw badRequest('failed to get HTTP URL content');
    throw badRequest('wrong remote file identifier specified: Wrong padding in the string');
  }
  const file = request.files.get(attached ?? field);
  if (file === undefined) throw badRequest(`there is no ${field} in the request`);
  if (file.data.length === 0) throw badRequest('file must be non-empty');
  return file;
}

function measure(data: Buffer): { width: number; height: number; type: string } {
  try {
    const { width, height, type } = imageSize(data);
    const name = IMAGE_TYPES[type ?? ''];
    if (name !== undefined && width > 0 && height > 0) return { width, height, type: name };
  } catch {
    // Falls through: an image of unknown size can't be shown.
  }
  throw badRequest('IMAGE_PROCESS_FAILED');
}

function describePhoto({ name, data }: UploadedFile): Omit<SandboxMedia, 'file_id'> {
  if (data.length > PHOTO_BYTES) {
    throw badRequest(
      `file of size ${data.length} bytes is too big for a photo; the maximum size is ${PHOTO_BYTES} bytes`,
    );
  }
  const { width, height, type } = measure(data);
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (width + height > PHOTO_SIDES || ratio > PHOTO_RATIO) throw badRequest('PHOTO_INVALID_DIMENSIONS');
  return { kind: 'photo', name, size: data.length, type, width, height };
}

/**
 * Checks a photo or document.
 *
 * @param reference the reference in the call: empty, `attach://name` or a `file_id`
 * @param field the file's field in the request without a reference
 * @throws ApiError 400 with the server's wording
 */
export function checkMedia(
  state: SandboxState,
  request: ApiRequest,
  kind: SandboxMedia['kind'],
  reference: string,
  field: string,
): CheckedMedia {
  const file = findFile(state, request, reference, field);
  if ('media' in file) {
    if (file.media.kind === kind) return { stored: file.media };
    throw badRequest(`can't use file of type ${TYPE_NAMES[file.media.kind]} as ${TYPE_NAMES[kind]}`);
  }
  if (kind === 'photo') return { described: describePhoto(file), data: file.data };
  const type = file.type === '' ? 'application/octet-stream' : file.type;
  // What neither plays nor moves becomes a document, as at the server.
  const shown = isKind(kind, file.data) ? kind : 'document';
  return { described: { kind: shown, name: file.name, size: file.data.length, type }, data: file.data };
}

/** Stores a checked file. */
export function storeMedia(state: SandboxState, checked: CheckedMedia): SandboxMedia {
  return 'stored' in checked ? checked.stored : state.files.add(checked.described, checked.data);
}
