/** Converts text and entities to nodes. Crossing entities are split, so that any list of them can be shown. */
export const SCRIPT_FORMAT = String.raw`
const AUTO = /(https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)])|(^|\s)(\/[a-zA-Z0-9_]{1,32})(?=$|[\s.,:;!?])/g;

function link(url, ...children) {
  const safe = /^(https?|tg):/i.test(url) ? url : 'about:blank';
  const token = startToken(url);
  const open = (event) => {
    if (token === undefined) return;
    event.preventDefault();
    offerStart(token);
  };
  return el('a', { href: safe, target: '_blank', rel: 'noopener noreferrer', title: url, on: { click: open } }, ...children);
}

function command(text) {
  return el('button', { class: 'command', type: 'button', on: { click: () => say(text) } }, text);
}

/** Turns addresses and commands into links and buttons. */
function plain(parent, text) {
  let from = 0;
  for (const match of text.matchAll(AUTO)) {
    const shown = match[1] || match[3];
    const at = match.index + match[0].length - shown.length;
    parent.append(text.slice(from, at), match[1] ? link(shown, shown) : command(shown));
    from = at + shown.length;
  }
  parent.append(text.slice(from));
}

function spoiler() {
  const open = (event) => {
    if (node.classList.contains('open') || (event.key && event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    node.classList.add('open');
    for (const name of ['role', 'tabindex', 'aria-label']) node.removeAttribute(name);
  };
  const node = el('span', {
    class: 'spoiler', role: 'button', tabindex: '0', 'aria-label': 'Hidden text, press to show', on: { click: open, keydown: open },
  });
  return node;
}

function folded() {
  const node = el('blockquote', { class: 'folded', title: 'Press to show all', on: { click: () => node.classList.remove('folded') } });
  return node;
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** A moment in the zone of this browser. https://core.telegram.org/bots/api#date-time-entity-formatting */
function momentWords(unix, format) {
  const at = new Date(unix * 1000);
  if (/^r$/i.test(format)) {
    const seconds = Math.round((at - Date.now()) / 1000);
    const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length) || UNITS[UNITS.length - 1];
    return RELATIVE.format(Math.round(seconds / unit[1]), unit[0]);
  }
  const two = '2-digit';
  const has = (letter) => format.includes(letter);
  return new Intl.DateTimeFormat('en-GB', {
    ...(/w/i.test(format) && { weekday: 'long' }),
    ...(has('d') && { day: two, month: two, year: 'numeric' }),
    ...(has('D') && { day: 'numeric', month: 'long', year: 'numeric' }),
    ...(/t/i.test(format) && { hour: two, minute: two }),
    ...(has('T') && { second: two }),
  }).format(at);
}

/** The words of a moment, which the page writes instead of the sender's; these are its title. */
function moment(entity, words) {
  const shown = entity.date_time_format ? momentWords(entity.unix_time, entity.date_time_format) : words;
  return el('time', { class: 'moment', datetime: new Date(entity.unix_time * 1000).toISOString(), title: words }, shown);
}

const TAGS = { bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', blockquote: 'blockquote' };

/** The outer node of an entity, and the node for its content. */
function shell(entity) {
  if (entity.type === 'pre') {
    const code = el('code');
    const language = entity.language ? [el('span', { class: 'language' }, entity.language)] : [];
    return [el('pre', { tabindex: '0' }, ...language, code), code];
  }
  const node =
    entity.type === 'text_link' ? link(entity.url)
    : entity.type === 'spoiler' ? spoiler()
    : entity.type === 'expandable_blockquote' ? folded()
    : el(TAGS[entity.type] || 'span');
  return [node, node];
}

function format(parent, text, entities, from, to, linked) {
  const queue = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let at = from;
  while (queue.length > 0) {
    const entity = queue.shift();
    const begin = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (begin >= end || ['bot_command', 'url', 'mention'].includes(entity.type)) continue;
    if (linked) parent.append(text.slice(at, begin));
    else plain(parent, text.slice(at, begin));
    const inside = [];
    while (queue.length > 0 && queue[0].offset < end) {
      const inner = queue.shift();
      const over = inner.offset + inner.length - end;
      inside.push(over > 0 ? { ...inner, length: end - inner.offset } : inner);
      if (over > 0) queue.unshift({ ...inner, offset: end, length: over });
      if (over > 0) break;
    }
    if (entity.type === 'date_time') {
      parent.append(moment(entity, text.slice(begin, end)));
      at = end;
      continue;
    }
    const [outer, inner] = shell(entity);
    format(inner, text, inside, begin, end, linked || ['code', 'pre', 'text_link'].includes(entity.type));
    parent.append(outer);
    at = end;
    // A block already ends its line.
    if (['pre', 'blockquote', 'expandable_blockquote'].includes(entity.type) && text[at] === '\n') at += 1;
  }
  if (linked) parent.append(text.slice(at, to));
  else plain(parent, text.slice(at, to));
}

function formatted(text, entities) {
  const node = el('div', { class: 'words-of' });
  format(node, text, entities || [], 0, text.length, false);
  return node;
}
`;
