import { basename } from 'node:path';
import type * as v from 'valibot';
import { Problem } from '../../../core/problem.ts';
import { documentBody } from '../bodies/document.ts';
import { photoBody } from '../bodies/photo.ts';
import { sendBody } from '../bodies/send.ts';
import { testBody } from '../bodies/test.ts';
import { uploadBody } from '../bodies/upload.ts';
import { validate } from '../body/fields.ts';
import { formBody } from '../body/form-fields.ts';
import { readJson } from '../body/json-body.ts';
import { bodyKind } from '../body/media-type.ts';
import { readForm, type Upload } from '../body/multipart.ts';
import { accountFor } from '../callers/callers.ts';
import type { Endpoint, EndpointContext } from '../endpoint.ts';
import { cleanFileName } from '../files/file-name.ts';
import { bytesOf, openReadable } from '../files/readable-path.ts';
import { discard, stage } from '../files/staging.ts';
import type { Answer } from '../http/answer.ts';
import { DEFAULT_WAIT_MS, MAX_FILE_BYTES, MAX_MULTIPART_BYTES, MAX_PHOTOS } from '../limits.ts';
import { answerReceipt, captionOf, checkLength, type Kind, type MessageFields, submit } from '../submission.ts';

const FALLBACK_NAMES: Readonly<Record<Kind, string>> = { photo: 'photo.png', document: 'document.bin' };

async function fromForm(context: EndpointContext, as: Kind): Promise<Answer> {
  const { fields, files } = await readForm(context.exchange, {
    part: as,
    maxFiles: as === 'photo' ? MAX_PHOTOS : 1,
    fallbackName: FALLBACK_NAMES[as],
    folder: context.services.stagingDir,
  });
  try {
    if (files.length === 0) throw new Problem('bad_field', `${as}: a file part with this name is required.`);
    const said = validate(uploadBody, formBody(fields));
    return await submit(context, said, { text: captionOf(said), as, files });
  } finally {
    // Whoever accepted them has moved them away; this is for a refusal, a repetition, a muted chat.
    await discard(files);
  }
}

/** Copies one file that the caller may read. @param room bytes that are left for it */
async function copyIn(context: EndpointContext, as: Kind, path: string, field: string, room: number): Promise<Upload> {
  const file = await openReadable(path, context.caller, field);
  try {
    const staged = await stage(bytesOf(file), {
      folder: context.services.stagingDir,
      limit: Math.min(room, MAX_FILE_BYTES),
      over:
        room < MAX_FILE_BYTES ? `${field}: the files are larger than 60 MB together.` : `${field}: larger than 50 MB.`,
      field,
    });
    return { ...staged, name: cleanFileName(basename(path), FALLBACK_NAMES[as]) };
  } finally {
    await file.close();
  }
}

interface NamedPath {
  readonly path: string;
  readonly field: string;
}

async function fromPaths(
  context: EndpointContext,
  said: MessageFields,
  as: Kind,
  paths: readonly NamedPath[],
): Promise<Answer> {
  const text = captionOf(said);
  // Before any file is touched; asked again, from the cache, when all is ready.
  await accountFor(context.caller, said.user, context.accounts);
  const files: Upload[] = [];
  try {
    let room = MAX_MULTIPART_BYTES;
    for (const { path, field } of paths) {
      const file = await copyIn(context, as, path, field, room);
      files.push(file);
      room -= file.size;
    }
    return await submit(context, said, { text, as, files });
  } finally {
    await discard(files);
  }
}

function photoPaths(body: v.InferOutput<typeof photoBody>): readonly NamedPath[] {
  const { photo_path: one, photo_paths: several } = body;
  if (one !== undefined && several !== undefined) {
    throw new Problem('bad_field', 'photo_path: give photo_path or photo_paths, not both.');
  }
  if (one !== undefined) return [{ path: one, field: 'photo_path' }];
  if (several !== undefined) return several.map((path, index) => ({ path, field: `photo_paths[${index}]` }));
  throw new Problem('bad_field', 'photo_path: this field is required, or photo_paths for an album.');
}

/** `POST /send` */
export const send: Endpoint = async (context) => {
  const body = validate(sendBody, await readJson(context.exchange));
  return submit(context, body, { text: checkLength('text', body.text), as: 'document', files: [] });
};

/** `POST /send_photo` */
export const sendPhoto: Endpoint = async (context) => {
  if (bodyKind(context.exchange.request, ['json', 'multipart']) === 'multipart') return fromForm(context, 'photo');
  const body = validate(photoBody, await readJson(context.exchange));
  return fromPaths(context, body, 'photo', photoPaths(body));
};

/** `POST /send_document` */
export const sendDocument: Endpoint = async (context) => {
  if (bodyKind(context.exchange.request, ['json', 'multipart']) === 'multipart') return fromForm(context, 'document');
  const body = validate(documentBody, await readJson(context.exchange));
  return fromPaths(context, body, 'document', [{ path: body.document_path, field: 'document_path' }]);
};

/** `POST /test` */
export const sendTest: Endpoint = async ({ exchange, caller, accounts, services }) => {
  const body = validate(testBody, await readJson(exchange, { mayBeEmpty: true }));
  const { user, uid } = await accountFor(caller, body.user, accounts);
  const notification = await services.makeTest(user);
  const wait = body.wait ?? DEFAULT_WAIT_MS;
  return answerReceipt(await services.submit({ notification, digest: '', wait, ...(uid !== undefined && { uid }) }));
};
