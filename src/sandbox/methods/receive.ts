/** Updates, answers to callback queries, files. https://core.telegram.org/bots/api#getting-updates */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, flagOf, integerOf, jsonOf, textOf } from '../http/fields.ts';
import type { SandboxState } from '../state/state.ts';
import type { Methods } from './method.ts';

/** Seconds. */
const LONGEST_POLL = 50;
/** Bytes a bot may download. https://core.telegram.org/bots/api#getfile */
const DOWNLOAD_LIMIT = 20 * 1024 * 1024;
/** Characters of a notice. https://core.telegram.org/bots/api#answercallbackquery */
const NOTICE_LIMIT = 200;

function getUpdates(state: SandboxState, request: ApiRequest): Promise<unknown> {
  const allowed = jsonOf(request, 'allowed_updates', "can't parse allowed_updates JSON object");
  const poll = {
    offset: integerOf(request, 'offset', 0, -(2 ** 31), 2 ** 31 - 1),
    limit: integerOf(request, 'limit', 100, 1, 100),
    timeout: integerOf(request, 'timeout', 0, 0, LONGEST_POLL) * 1000,
    ...(Array.isArray(allowed) ? { allowed: allowed.map(String) } : {}),
  };
  return state.updates.poll(poll, request.signal);
}

/** Sets a webhook, which then keeps polls away; nothing is sent to it. https://core.telegram.org/bots/api#setwebhook */
function setWebhook(state: SandboxState, request: ApiRequest): true {
  const url = textOf(request, 'url');
  if (url !== '' && !(URL.canParse(url) && new URL(url).protocol === 'https:')) {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (flagOf(request, 'drop_pending_updates')) state.updates.clear();
  state.updates.setWebhook(url);
  return true;
}

function deleteWebhook(state: SandboxState, request: ApiRequest): true {
  if (flagOf(request, 'drop_pending_updates')) state.updates.clear();
  state.updates.setWebhook('');
  return true;
}

function answerCallbackQuery(state: SandboxState, request: ApiRequest): true {
  const id = textOf(request, 'callback_query_id');
  const chatId = state.callbacks.get(id);
  if (chatId === undefined) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  const text = textOf(request, 'text');
  if (text.length > NOTICE_LIMIT) throw badRequest('MESSAGE_TOO_LONG');
  state.callbacks.delete(id);
  const answer = {
    at: state.now(),
    callback_query_id: id,
    chat_id: chatId,
    show_alert: flagOf(request, 'show_alert'),
    ...(text === '' ? {} : { text }),
  };
  state.answers.add(answer);
  state.emit({ type: 'answer', answer });
  return true;
}

function getFile(state: SandboxState, request: ApiRequest): object {
  const id = textOf(request, 'file_id');
  if (id === '') throw badRequest('file_id not specified');
  const file = state.files.byId(id);
  if (file === undefined) throw badRequest('invalid file_id');
  const { size } = file.media;
  if (size > DOWNLOAD_LIMIT) throw badRequest('file is too big');
  if (file.data === undefined) throw badRequest('wrong file_id or the file is temporarily unavailable');
  return { file_id: id, file_unique_id: id.slice(4, 20), file_size: size, file_path: file.path };
}

/** Methods for receiving. */
export const receiveMethods: Methods = {
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo: (state) => ({
    url: state.updates.webhook(),
    has_custom_certificate: false,
    pending_update_count: state.updates.pending(),
  }),
  answerCallbackQuery,
  getFile,
};
