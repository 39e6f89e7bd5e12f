import type * as v from 'valibot';
import { Problem } from '../../../../core/problem.ts';
import { photoBody } from '../../../../shared/api/requests.ts';
import type { NamedPath } from './media.ts';
import { filesEndpoint } from './send-files.ts';

function photoPaths(body: v.InferOutput<typeof photoBody>): readonly NamedPath[] {
  const { photo_path: one, photo_paths: several } = body;
  if (one !== undefined && several !== undefined) {
    throw new Problem('bad_field', 'photo_path: give photo_path or photo_paths, not both.');
  }
  if (one !== undefined) return [{ path: one, field: 'photo_path' }];
  if (several !== undefined) return several.map((path, index) => ({ path, field: `photo_paths[${index}]` }));
  throw new Problem('bad_field', 'photo_path: this field is required, or photo_paths for an album.');
}

/** Sends a photo, or several as an album. */
export const sendPhoto = filesEndpoint({ path: '/send_photo', as: 'photo', body: photoBody, pathsOf: photoPaths });
