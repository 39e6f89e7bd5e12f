/** The topics of the open forum, and its drafts. */
export const SCRIPT_TOPICS = `
const GENERAL = 1;

function isForum() {
  const chat = state.chats.get(state.current);
  return Boolean(chat && chat.is_forum);
}

/** The messages of the open chat, in a forum those of the open topic. */
function shownMessages() {
  const messages = messagesOf(state.current).filter((message) => message.text || message.caption || message.media);
  return isForum() ? messages.filter((message) => (message.message_thread_id || GENERAL) === state.topic) : messages;
}

function topicButton(topic) {
  const id = topic.message_thread_id;
  const choose = () => { state.topic = id; drawHead(); drawLog(true); };
  return el('button', { type: 'button', 'aria-pressed': String(id === state.topic), on: { click: choose } }, (topic.closed ? '🔒 ' : '') + topic.name);
}

function drawTopics() {
  const bar = byId('topics');
  const topics = state.topics.filter((topic) => topic.chat_id === state.current && !topic.deleted);
  bar.hidden = !isForum();
  if (!topics.some((topic) => topic.message_thread_id === state.topic)) state.topic = GENERAL;
  const add = () => byId('topic-dialog').showModal();
  bar.replaceChildren(...topics.map(topicButton), el('button', { type: 'button', 'aria-label': 'New topic', title: 'New topic', on: { click: add } }, '+'));
}

function changedTopic(topic) {
  const at = state.topics.findIndex((other) => other.chat_id === topic.chat_id && other.message_thread_id === topic.message_thread_id);
  if (at >= 0) state.topics.splice(at, 1, topic);
  else state.topics.push(topic);
}

/** A text that is being written; it ends with the next message, or after half a minute. */
function drafted({ chat_id, text }) {
  clearTimeout((state.drafts.get(chat_id) || {}).timer);
  const timer = setTimeout(() => { state.drafts.delete(chat_id); drawSoon(); }, 30000);
  state.drafts.set(chat_id, { text, timer, at: Date.now() });
}

function endDraft(chatId) {
  clearTimeout((state.drafts.get(chatId) || {}).timer);
  state.drafts.delete(chatId);
}

function draftNode() {
  const draft = state.drafts.get(state.current);
  if (!draft) return [];
  return [el('div', { class: 'message draft' }, el('div', { class: 'bubble' }, formatted(draft.text.text, draft.text.entities)))];
}

byId('topic-cancel').addEventListener('click', () => byId('topic-dialog').close());
byId('topic-form').addEventListener('submit', async () => {
  const name = byId('topic-name').value.trim();
  byId('topic-name').value = '';
  if (!name) return;
  const answer = await post('/page/topic', { chat_id: state.current, name });
  if (answer.thread_id) { state.topic = answer.thread_id; drawHead(); drawLog(true); }
});
`;
