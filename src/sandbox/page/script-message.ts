/** Message bubbles: text, photos, albums, documents, buttons. */
export const SCRIPT_MESSAGE = `
function fileUrl(media) {
  return '/page/file/' + encodeURIComponent(media.file_id);
}

function photo(message, extra) {
  const media = message.media;
  const view = () => {
    byId('viewer-image').src = fileUrl(media);
    byId('viewer-image').alt = message.caption || media.name;
    byId('viewer').showModal();
  };
  const image = el('img', { src: fileUrl(media), alt: message.caption || 'Photo ' + media.name, loading: 'lazy' });
  const button = el('button', { class: 'photo ' + (extra || ''), type: 'button', 'aria-label': 'Show the photo ' + media.name, on: { click: view } }, image);
  if (!extra) {
    const scale = Math.min(440 / media.width, 420 / media.height, 1);
    const width = Math.max(120, Math.round(media.width * scale));
    button.style.width = width + 'px';
    button.style.aspectRatio = media.width + ' / ' + media.height;
  }
  return button;
}

function documentLink(message) {
  const media = message.media;
  return el('a', { class: 'file', href: fileUrl(media), download: media.name },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, '⬇'),
    el('span', {}, el('span', { class: 'name' }, media.name), el('span', { class: 'note' }, sizeText(media.size))));
}

/** CSS classes of an album's photos: rows of two or three; a remaining photo is first, in a row of its own. */
function albumClasses(count) {
  const classes = [];
  let left = count;
  if (count % 3 === 1 && count > 4) { classes.push('whole'); left -= 1; }
  while (left > 0) {
    const row = left % 3 === 0 ? 3 : Math.min(2, left);
    for (let index = 0; index < row; index += 1) classes.push(row === 3 ? 'third' : row === 2 ? 'half' : 'whole');
    left -= row;
  }
  return classes;
}

function mediaNodes(group) {
  if (!group[0].media) return [];
  if (group[0].media.kind !== 'photo') return group.map(documentLink);
  if (group.length === 1) return [photo(group[0])];
  const classes = albumClasses(group.length);
  return [el('div', { class: 'album' }, ...group.map((message, index) => photo(message, classes[index])))];
}

function meta(message) {
  const silent = message.silent ? [el('span', { title: 'Sent without a sound', role: 'img', 'aria-label': 'without a sound' }, '🔕'), ' '] : [];
  const edited = message.edits > 0 ? 'edited ' : '';
  const reaction = message.reaction ? [el('span', { class: 'reaction', title: 'The bot’s reaction' }, message.reaction), ' '] : [];
  const time = el('time', { datetime: new Date(message.at).toISOString(), title: new Date(message.at).toLocaleString() }, clock.format(message.at));
  return el('span', { class: 'meta' }, ...reaction, ...silent, edited, time);
}

async function press(button, message, data) {
  button.classList.add('busy');
  const answer = await post('/page/press', { chat_id: message.chat_id, message_id: message.message_id, data });
  setTimeout(() => button.classList.remove('busy'), answer.ok ? 10000 : 0);
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast('Copied: ' + words);
  } catch {
    toast('This browser copies nothing here. The text is: ' + words);
  }
}

function buttonNode(button, message) {
  const looks = button.style ? { class: button.style } : {};
  const corner = (sign) => el('span', { class: 'corner', 'aria-hidden': 'true' }, sign);
  if (button.url) {
    const node = link(button.url, button.text, corner('↗'));
    if (button.style) node.classList.add(button.style);
    return node;
  }
  if (button.copy_text) {
    return el('button', { type: 'button', ...looks, on: { click: () => copy(button.copy_text.text) } }, button.text, corner('⧉'));
  }
  const node = el('button', { type: 'button', ...looks }, button.text);
  if (button.callback_data) node.addEventListener('click', () => press(node, message, button.callback_data));
  else node.addEventListener('click', () => toast('The sandbox does not know what this button does.'));
  return node;
}

function buttons(message) {
  const rows = message.reply_markup && message.reply_markup.inline_keyboard;
  if (!rows) return [];
  const lines = rows.map((row) => el('div', { class: 'line' }, ...row.map((button) => buttonNode(button, message))));
  return [el('div', { class: 'buttons' }, ...lines)];
}

/** One message, or the messages of one album. */
function bubble(group, follows) {
  const first = group[0];
  const mine = first.from === 'user';
  const worded = group.find((message) => message.text || message.caption);
  const sender = mine && first.chat_id < 0 && first.sender ? [el('div', { class: 'sender' }, first.sender.first_name)] : [];
  const shown = first.media && first.media.kind === 'photo' ? 'bubble media' : 'bubble';
  const words = worded ? formatted(worded.text || worded.caption, worded.entities) : '';
  const body = el('div', { class: shown }, ...sender, ...mediaNodes(group));
  // The time floats into the last line of text, and otherwise follows the content.
  const last = group[group.length - 1];
  if (words) words.append(meta({ ...last, edits: Math.max(...group.map((one) => one.edits)) }));
  body.append(words || meta(last));
  return el('div', { class: 'message' + (mine ? ' mine' : '') + (follows ? ' next' : ''), 'data-id': first.message_id }, body, ...buttons(last));
}
`;
