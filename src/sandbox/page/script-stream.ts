/** Handles the stream: the initial state, then each event. */
export const SCRIPT_STREAM = String.raw`
const asked = location.pathname === '/start' ? new URLSearchParams(location.search) : new URLSearchParams();

function hello(event) {
  state.bot = event.bot;
  state.commands = event.commands;
  state.chats = new Map(event.chats.map((chat) => [chat.id, chat]));
  state.messages = new Map();
  state.topics = event.topics;
  for (const message of event.messages) messagesOf(message.chat_id).push(message);
  const linked = Number(asked.get('chat'));
  const wanted = (state.chats.has(linked) && linked) || state.current || (event.chats[0] && event.chats[0].id);
  const wide = matchMedia('(min-width: 721px)').matches;
  if (state.chats.has(wanted) && (wide || state.current !== null || asked.has('chat') || asked.has('token'))) openChat(wanted, true);
  else { drawChats(); drawHead(); }
  const token = asked.get('token');
  if (token && /^[\w-]{1,64}$/.test(token) && state.current !== null) offerStart(token);
  asked.delete('token');
}

function replaceMessage(message, keep) {
  const messages = messagesOf(message.chat_id);
  const at = messages.findIndex((other) => other.message_id === message.message_id);
  if (at >= 0) messages.splice(at, 1, ...(keep ? [message] : []));
}

let drawing = false;
/** Draws once for all events of a short interval. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => {
    drawing = false;
    drawChats();
    drawHead();
    if (state.current !== null) drawLog(false);
  }, 16);
}

function arrived(message) {
  if (message.from === 'bot') endDraft(message.chat_id);
  const messages = messagesOf(message.chat_id);
  messages.push(message);
  if (messages.length > SHOWN * 2) messages.splice(0, messages.length - SHOWN);
  const seen = message.chat_id === state.current && !document.hidden;
  if (message.from === 'bot' && !seen) state.unread.set(message.chat_id, (state.unread.get(message.chat_id) || 0) + 1);
  if (message.from === 'bot' && message.chat_id === state.current) byId('chat-note').classList.remove('typing');
}

function answered({ text, show_alert, chat_id }) {
  for (const busy of document.querySelectorAll('.busy')) busy.classList.remove('busy');
  if (!text || chat_id !== state.current) return;
  if (!show_alert) return toast(text);
  byId('alert-text').textContent = text;
  byId('alert').showModal();
}

function acting({ chat_id, action }) {
  if (chat_id !== state.current) return;
  byId('chat-note').textContent = action.startsWith('upload') ? 'sending a file…' : 'typing…';
  clearTimeout(acting.timer);
  acting.timer = setTimeout(drawHead, 5000);
}

const handlers = {
  hello,
  message: ({ message }) => { arrived(message); drawSoon(); },
  edit: ({ message }) => { replaceMessage(message, true); drawSoon(); },
  reaction: ({ message }) => { replaceMessage(message, true); drawSoon(); },
  topic: ({ topic }) => { changedTopic(topic); drawSoon(); },
  draft: (event) => { drafted(event); drawSoon(); },
  delete: ({ message }) => { replaceMessage(message, false); drawSoon(); },
  chat: ({ chat }) => {
    state.chats.set(chat.id, chat);
    const first = state.chats.size === 1 && matchMedia('(min-width: 721px)').matches;
    if (state.wanted === chat.id || first) openChat(chat.id, true);
    else drawSoon();
  },
  commands: ({ commands }) => { state.commands = commands; drawSuggestions(); },
  answer: ({ answer }) => answered(answer),
  action: acting,
};

const stream = new EventSource('/events');
stream.addEventListener('message', ({ data }) => {
  const event = JSON.parse(data);
  handlers[event.type](event);
});
stream.addEventListener('open', () => {
  byId('connection').textContent = 'Connected to ' + location.host;
  byId('connection').classList.remove('off');
});
stream.addEventListener('error', () => {
  byId('connection').textContent = 'The sandbox is unreachable. Trying again…';
  byId('connection').classList.add('off');
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && state.current !== null) { state.unread.delete(state.current); drawChats(); }
});
drawHead();
`;
