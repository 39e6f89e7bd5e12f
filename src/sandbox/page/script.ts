import { SCRIPT_CHATS } from './script-chats.ts';
import { SCRIPT_COMPOSER } from './script-composer.ts';
import { SCRIPT_FORMAT } from './script-format.ts';
import { SCRIPT_MESSAGE } from './script-message.ts';
import { SCRIPT_STREAM } from './script-stream.ts';
import { SCRIPT_TOPICS } from './script-topics.ts';

/** Shared by all parts of the page's script. All text is set through `textContent`. */
const SCRIPT_BASE = String.raw`
const byId = (id) => document.getElementById(id);
const state = { bot: null, commands: [], chats: new Map(), messages: new Map(), topics: [], drafts: new Map(), current: null, topic: 1, unread: new Map() };
const TITLE = document.title;

function el(name, props, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props || {})) {
    if (key === 'class') node.className = value;
    else if (key === 'on') for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

const clock = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat([], { day: 'numeric', month: 'long' });

function sizeText(bytes) {
  if (bytes < 1024) return bytes + ' B';
  if (bytes < 1024 * 1024) return (bytes / 1024).toFixed(1) + ' KB';
  return (bytes / 1024 / 1024).toFixed(1) + ' MB';
}

function toast(text) {
  const box = byId('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 3500);
}

async function post(path, body) {
  try {
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await (await fetch(path, options)).json();
    if (answer.error) toast(answer.error);
    return answer;
  } catch {
    toast('The sandbox does not answer.');
    return {};
  }
}

/** The start token of a t.me link to this bot, also of one that adds it to a group, or undefined. */
function startToken(link) {
  const match = /^\s*(?:https?:\/\/)?(?:t\.me|telegram\.me)\/(\w+)\?(?:.*&)?start(?:group)?=([\w-]{1,64})\s*$/i.exec(link);
  return match && state.bot && match[1].toLowerCase() === state.bot.username.toLowerCase() ? match[2] : undefined;
}

function say(text) {
  if (state.current === null) return undefined;
  return post('/page/say', { chat_id: state.current, text, ...(isForum() && state.topic !== GENERAL && { thread_id: state.topic }) });
}
`;

/** The complete script of the page. */
export const PAGE_SCRIPT = `'use strict';
(() => {
${[SCRIPT_BASE, SCRIPT_FORMAT, SCRIPT_MESSAGE, SCRIPT_TOPICS, SCRIPT_CHATS, SCRIPT_COMPOSER, SCRIPT_STREAM].join('\n')}
})();
`;
