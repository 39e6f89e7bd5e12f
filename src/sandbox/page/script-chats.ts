/** The list of chats and the open chat. */
export const SCRIPT_CHATS = String.raw`
const SHOWN = 400;

function chatName(chat) {
  return chat.title || [chat.first_name, chat.last_name].filter(Boolean).join(' ') || String(chat.id);
}

function tone(id) {
  return 'tone-' + ((id < 0 ? 3 - id : id) % 6);
}

function messagesOf(id) {
  if (!state.messages.has(id)) state.messages.set(id, []);
  return state.messages.get(id);
}

/** Groups the messages of each album. */
function groupsOf(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups[groups.length - 1];
    if (last && message.media_group_id && last[0].media_group_id === message.media_group_id) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function preview(message) {
  if (!message) return 'No messages yet';
  const kind = !message.media ? '' : message.media.kind === 'photo' ? '🖼 ' : '📎 ';
  const words = (message.text || message.caption || (message.media && message.media.name) || '').replace(/\s+/g, ' ');
  return (message.from === 'user' ? 'You: ' : '') + kind + words.slice(0, 80);
}

function chatButton(chat) {
  const last = messagesOf(chat.id).at(-1);
  const unread = state.unread.get(chat.id) || 0;
  const time = last ? [el('span', { class: 'note' }, clock.format(last.at))] : [];
  const badge = unread ? [el('span', { class: 'badge', 'aria-label': unread + ' unread' }, String(unread))] : [];
  return el('li', {}, el('button', {
    type: 'button', 'aria-current': String(chat.id === state.current), on: { click: () => openChat(chat.id, true) },
  },
    el('span', { class: 'avatar ' + tone(chat.id), 'aria-hidden': 'true' }, chatName(chat).slice(0, 1).toUpperCase()),
    el('span', { class: 'words' },
      el('span', { class: 'line' }, el('span', { class: 'name' }, chatName(chat)), ...time),
      el('span', { class: 'line' }, el('span', { class: 'note last' }, preview(last)), ...badge))));
}

function drawChats() {
  const recent = (chat) => { const last = messagesOf(chat.id).at(-1); return last ? last.at : 0; };
  const chats = [...state.chats.values()].sort((a, b) => recent(b) - recent(a));
  const focused = document.activeElement && byId('chats').contains(document.activeElement);
  byId('chats').replaceChildren(...chats.map(chatButton));
  if (focused) { const now = byId('chats').querySelector('[aria-current="true"]'); if (now) now.focus(); }
  const unread = [...state.unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = unread ? '(' + unread + ') ' + TITLE : TITLE;
}

function drawHead() {
  const chat = state.chats.get(state.current);
  byId('empty').hidden = Boolean(chat);
  for (const id of ['chat-head', 'composer']) byId(id).hidden = !chat;
  byId('topics').hidden = true;
  byId('start').hidden = true;
  if (!chat) return;
  const bot = state.bot;
  byId('chat-name').textContent = chat.id < 0 ? chatName(chat) : bot.first_name + ' (@' + bot.username + ')';
  byId('chat-note').textContent = chat.id < 0 ? (chat.is_forum ? 'group with topics' : chat.type) + ', with @' + bot.username : 'bot · you are ' + chatName(chat) + ', chat ' + chat.id;
  drawTopics();
  byId('chat-avatar').textContent = (chat.id < 0 ? chatName(chat) : bot.first_name).slice(0, 1).toUpperCase();
  byId('chat-avatar').className = 'avatar bot ' + tone(chat.id < 0 ? chat.id : 3);
  const silent = chat.id > 0 && messagesOf(chat.id).length === 0;
  byId('start').hidden = !silent;
  byId('composer').hidden = silent && !byId('linkbar').hidden;
}

/** Nodes of the open chat by content, so that unchanged ones are kept, including revealed spoilers. */
let drawn = new Map();

function nodeFor(key, make) {
  return drawn.get(key) || make();
}

function drawLog(stick) {
  const log = byId('log');
  const nodes = new Map();
  let date = '';
  let before;
  for (const group of groupsOf(shownMessages().slice(-SHOWN))) {
    const today = day.format(group[0].at);
    if (today !== date) nodes.set('day ' + today, nodeFor('day ' + today, () => el('div', { class: 'day' }, today)));
    const follows = today === date && before && before[0].from === group[0].from;
    const key = state.current + ' ' + group.map((message) => message.message_id + '.' + message.edits + (message.reaction || '')).join() + (follows ? '+' : '');
    nodes.set(key, nodeFor(key, () => bubble(group, follows)));
    date = today;
    before = group;
  }
  for (const node of draftNode()) nodes.set('draft', node);
  const bottom = stick || log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const wanted = new Set(nodes.values());
  for (const child of [...log.children]) if (!wanted.has(child)) child.remove();
  let place = log.firstChild;
  for (const node of wanted) {
    if (node === place) place = place.nextSibling;
    else log.insertBefore(node, place);
  }
  drawn = nodes;
  if (bottom) log.scrollTop = log.scrollHeight;
}

function openChat(id, focus) {
  if (id !== state.current) state.topic = GENERAL;
  state.current = id;
  state.unread.delete(id);
  byId('app').classList.add('reading');
  drawChats();
  drawHead();
  drawLog(true);
  if (focus && matchMedia('(min-width: 721px)').matches) byId('text').focus();
}

byId('back').addEventListener('click', () => {
  state.current = null;
  byId('app').classList.remove('reading');
  drawChats();
  drawHead();
});
byId('viewer').addEventListener('click', () => byId('viewer').close());

byId('new-chat').addEventListener('click', () => byId('new-dialog').showModal());
byId('new-cancel').addEventListener('click', () => byId('new-dialog').close());
byId('new-form').addEventListener('submit', async () => {
  const name = byId('new-name').value.trim();
  byId('new-name').value = '';
  if (!name) return;
  const answer = await post('/page/chat', { name, kind: byId('new-kind').value });
  if (answer.chat_id) { state.wanted = answer.chat_id; if (state.chats.has(answer.chat_id)) openChat(answer.chat_id, true); }
});
`;
