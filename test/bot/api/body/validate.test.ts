import type * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { validate } from '../../../../src/bot/api/body/validate.ts';
import * as body from '../../../../src/shared/api/requests.ts';

describe('a field under another name', () => {
  test.each<[string, v.GenericSchema, object, string]>([
    ['/mute', body.muteBody, { name: 'rev', for: '2h' }, 'script: rename "name" to "script".'],
    ['/mute', body.muteBody, { scrpt: 'rev' }, 'script: rename "scrpt" to "script".'],
    ['/unmute', body.unmuteBody, { source: 'rev' }, 'script: rename "source" to "script".'],
    ['/link', body.linkBody, { Code: '123456' }, 'code: rename "Code" to "code".'],
    ['/send_photo', body.photoBody, { path: '/a.png' }, 'photo_path: rename "path" to "photo_path".'],
    [
      '/send_photo',
      body.photoBody,
      { image_path: '/a.png', text: 'x' },
      'photo_path: rename "image_path" to "photo_path".',
    ],
    [
      '/send_document',
      body.documentBody,
      { file_path: '/a.pdf' },
      'document_path: this field is required; rename "file_path" to "document_path".',
    ],
    ['/scripts/run', body.runBody, { script: 'rev' }, 'name: this field is required; rename "script" to "name".'],
    ['/retry', body.retryBody, { id: 'x' }, 'delivery: this field is required; rename "id" to "delivery".'],
  ])('of %s is not ignored where that does another thing: %#', (_, schema, given, sentence) => {
    expect(() => validate(schema, given)).toThrow(sentence);
  });

  test('is ignored where the right one is there, or it means nothing', () => {
    expect(validate(body.muteBody, { script: 'rev', name: 'x', note: 'y' })).toEqual({ script: 'rev' });
    expect(validate(body.photoBody, { photo_paths: ['/a', '/b'], image: 'x' })).toEqual({ photo_paths: ['/a', '/b'] });
    expect(validate(body.sendBody, { text: 'x', priority: 'high' })).toEqual({ text: 'x' });
    expect(validate(body.linkBody, { host: 'x' })).toEqual({});
  });
});
