import { documentBody } from '../../../../shared/api/requests.ts';
import { filesEndpoint } from './send-files.ts';

/** Sends one file. */
export const sendDocument = filesEndpoint({
  path: '/send_document',
  as: 'document',
  body: documentBody,
  pathsOf: ({ document_path: path }) => [{ path, field: 'document_path' }],
});
