/** Which page a message shows a preview of. https://core.telegram.org/bots/api#linkpreviewoptions */
import { badRequest } from '../../http/api-error.ts';
import { type ApiRequest, flagOf, isObject, jsonOf } from '../../http/fields.ts';
import type { SandboxText } from '../../model.ts';

/**
 * The address that the server would fetch for a preview: the one that the call names, else the first of the text; `undefined`
 * where there is none, or the call turns previews off.
 *
 * @throws ApiError 400
 */
export function previewOf(request: ApiRequest, { text, entities }: SandboxText): { readonly preview?: string } {
  const options = jsonOf(request, 'link_preview_options', "can't parse link preview options JSON object");
  if (options !== undefined && !isObject(options)) throw badRequest('object expected as link preview options');
  if (options === undefined ? flagOf(request, 'disable_web_page_preview') : options.is_disabled === true) return {};
  const named = typeof options?.url === 'string' ? options.url : '';
  const first = entities.find(({ type }) => type === 'url' || type === 'text_link');
  const found = first === undefined ? '' : (first.url ?? text.slice(first.offset, first.offset + first.length));
  return named === '' && found === '' ? {} : { preview: named || found };
}
