import type * as v from 'valibot';
import { Problem } from '../../../../core/problem.ts';
import type { UploadBody } from '../../../../shared/api/requests.ts';
import { readJson } from '../../body/json-body.ts';
import { bodyKind } from '../../body/media-type.ts';
import { validateFor } from '../../body/validate.ts';
import { accountOf, BODY_CODES, type Endpoint, type EndpointContext } from '../../endpoint.ts';
import type { Answer } from '../../http/answer.ts';
import { type MediaKind, type NamedPath, withForm, withPaths } from './media.ts';
import { ROUTING_CODES, requireLength, routesOf, SENDING_CODES, submitMessage } from './submit-message.ts';

/** A caption may also be called `text`, as in `POST /send`. */
function captionOf({ caption, text }: UploadBody): string {
  if (caption !== undefined && text !== undefined && caption !== text) {
    throw new Problem('bad_field', 'caption: differs from text; give one of the two.');
  }
  return requireLength(caption === undefined ? 'text' : 'caption', caption ?? text ?? '');
}

/** Makes an endpoint that sends files: from a form, or from the paths that a JSON body names. */
export function filesEndpoint<const Schema extends v.GenericSchema<UploadBody>>(options: {
  readonly path: string;
  readonly as: MediaKind;
  readonly body: Schema;
  /** @throws Problem `bad_field` */
  readonly pathsOf: (body: v.InferOutput<Schema>) => readonly NamedPath[];
}): Endpoint {
  const { path, as, body: schema, pathsOf } = options;

  async function fromForm(context: EndpointContext): Promise<Answer> {
    return withForm(context, as, async (fields, media, onStored) => {
      const text = captionOf(fields);
      const account = await accountOf(context, fields.user);
      const routes = await routesOf(context, account, fields);
      return submitMessage(context, { account, routes }, fields, text, media, onStored);
    });
  }

  async function fromPaths(context: EndpointContext): Promise<Answer> {
    const body = await readJson(context);
    const fields = await validateFor(context, schema, () => body);
    const paths = pathsOf(fields);
    const text = captionOf(fields);
    // Before any file is opened.
    const account = await accountOf(context, fields.user);
    const routes = await routesOf(context, account, fields);
    return withPaths(context, as, paths, (media, onStored) =>
      submitMessage(context, { account, routes }, fields, text, media, onStored),
    );
  }

  return {
    method: 'POST',
    path,
    sends: true,
    codes: [...BODY_CODES, ...SENDING_CODES, ...ROUTING_CODES, 'id_conflict', 'not_readable', 'too_many_uploads'],
    async handle(context) {
      const kind = bodyKind(context.exchange.request, ['json', 'multipart']);
      return kind === 'multipart' ? fromForm(context) : fromPaths(context);
    },
  };
}
