/** The composer: text box, suggested commands, links that start the bot. */
export const SCRIPT_COMPOSER = String.raw`
let chosen = 0;

function offerStart(token) {
  byId('linkbar-text').textContent = 'This link starts the bot with ' + token;
  byId('linkbar').dataset.token = token;
  byId('linkbar').hidden = false;
  drawHead();
  byId('linkbar-go').focus();
}

function closeLinkbar() {
  byId('linkbar').hidden = true;
  drawHead();
}

function matching() {
  const text = byId('text').value;
  if (byId('menu').getAttribute('aria-expanded') === 'true' && text === '') return state.commands;
  if (!/^\/\w*$/.test(text)) return [];
  return state.commands.filter(({ command }) => ('/' + command).startsWith(text.toLowerCase()));
}

function drawSuggestions() {
  const commands = matching();
  const box = byId('suggest');
  box.hidden = commands.length === 0;
  chosen = Math.max(0, Math.min(chosen, commands.length - 1));
  box.replaceChildren(...commands.map(({ command, description }, index) =>
    el('li', { role: 'option', id: 'option-' + index, 'aria-selected': String(index === chosen), on: { mousedown: (event) => { event.preventDefault(); send('/' + command); } } },
      el('b', {}, '/' + command), el('span', { class: 'note' }, description))));
  const input = byId('text');
  if (box.hidden) input.removeAttribute('aria-activedescendant');
  else input.setAttribute('aria-activedescendant', 'option-' + chosen);
}

function fit() {
  const input = byId('text');
  input.style.height = 'auto';
  input.style.height = Math.min(160, input.scrollHeight + 2) + 'px';
}

function send(text) {
  const input = byId('text');
  input.value = '';
  byId('menu').setAttribute('aria-expanded', 'false');
  fit();
  drawSuggestions();
  const token = startToken(text);
  if (token !== undefined) offerStart(token);
  else if (text.trim()) say(text);
}

byId('text').addEventListener('input', () => { chosen = 0; fit(); drawSuggestions(); });
byId('text').addEventListener('keydown', (event) => {
  const commands = matching();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && commands.length > 0) {
    event.preventDefault();
    chosen = (chosen + step + commands.length) % commands.length;
    drawSuggestions();
  } else if (event.key === 'Tab' && commands.length > 0 && byId('text').value) {
    event.preventDefault();
    byId('text').value = '/' + commands[chosen].command + ' ';
    drawSuggestions();
  } else if (event.key === 'Escape') {
    byId('menu').setAttribute('aria-expanded', 'false');
    byId('suggest').hidden = true;
  } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    const picked = commands.length > 0 && byId('menu').getAttribute('aria-expanded') === 'true' && !byId('text').value;
    send(picked ? '/' + commands[chosen].command : byId('text').value);
  }
});
byId('composer').addEventListener('submit', (event) => { event.preventDefault(); send(byId('text').value); });
byId('menu').addEventListener('click', () => {
  const open = byId('menu').getAttribute('aria-expanded') !== 'true';
  byId('menu').setAttribute('aria-expanded', String(open));
  if (open && state.commands.length === 0) toast('The bot has not announced any commands.');
  drawSuggestions();
  byId('text').focus();
});
byId('start').addEventListener('click', () => say('/start'));
byId('linkbar-go').addEventListener('click', () => { say('/start ' + byId('linkbar').dataset.token); closeLinkbar(); byId('text').focus(); });
byId('linkbar-no').addEventListener('click', closeLinkbar);
`;
