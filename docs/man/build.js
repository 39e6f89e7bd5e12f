// Writes the manual pages from the programs' own --help, so that the two never differ.
// Usage, after npm run build: node docs/man/build.js
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Facts that --help doesn't contain. */
const MORE = {
  'notify-runner': {
    scripts: {
      text: [
        'A notification script is any executable file in ~/user/notifications, or one there whose ending names its interpreter: .py .sh .js .mjs .ts .rb .pl .R .php. It runs in your home and prints a JSON object, or several, on lines of their own or in a list:',
        'Comments in its first 20 lines may set when it runs and for how long: # notify: schedule="0 9 * * 1-5" tz=Europe/Berlin timeout=5m cooldown=6h. With expect=1d you are notified when it has not succeeded for a day.',
        'An executable file that begins with #! runs as that line says. Others run by their ending, .py with the python= of such a comment, else with ~/.venv/bin/python, else with python3.',
      ],
      fields: [
        ['notify', 'true or false, required: whether to send. An alert needs none.'],
        [
          'to',
          'Where it goes instead of your chat: "ops", "ops/disks", "@public_name", "user:alice", or a list of 1 to 50 of them.',
        ],
        ['title', 'A bold first line.'],
        ['message', 'The text, in Markdown; required when there is no image or file.'],
        ['image_path', 'A PNG or JPG, absolute or relative to your home.'],
        ['image_paths', '2 to 10 of them: an album.'],
        ['file_path', 'Any file up to 50 MB.'],
        [
          'cooldown',
          'The shortest time between two sends: "30m", "6h", "1d"; "0" for none; an hour by default, none for a script with a schedule.',
        ],
        ['key', 'What it is about: a cooldown of its own, and what "replace" refers to.'],
        [
          'severity',
          '"info", "low", "medium", "high" or "critical": a leading emoji; the first two arrive without a sound, the last is sent despite a mute.',
        ],
        ['silent', 'true: arrive without a sound.'],
        [
          'link_preview',
          'true: show a preview of the first link. Telegram fetches the page for it, which spends a link that works once.',
        ],
        [
          'buttons',
          'A list of {"text": "…", "url": "…"}, or a list of such lists (rows). Instead of "url", "copy" copies a text and "send" sends one for the person who presses; "style" is "danger", "success" or "primary".',
        ],
        ['data', 'An object kept in the history, not shown.'],
        [
          'state',
          '"firing" or "resolved", with a "key": it is an alert, which the bot repeats and escalates according to its rules until it is resolved. With the name of the script and "labels" the key is its identity; "annotations" is an object of more that people read.',
        ],
        ['replace', 'true: edit the last message with this key instead of sending one; where that cannot be, send it.'],
        ['labels', 'An object of strings, numbers and booleans: what it is about.'],
        [
          'at',
          'Send it later: a time such as "2026-01-30T18:00:00+01:00", or a duration such as "30m"; at most 31 days.',
        ],
      ],
    },
    status: [
      ['exec', 'The status of the command; 127 when it was not found, 126 when it may not be run.'],
      [
        'ask',
        '0 for the first choice, 1 for another, 2 wrong usage, 3 nobody answered before the timeout, 4 when the question could not be asked, or was cancelled; 130 after Ctrl-C, which cancels it. Only 0 is the first choice, so no failure counts as consent.',
      ],
    ],
    files: [
      ['~/user/notifications/', 'The scripts (NOTIFY_SCRIPTS_DIR).'],
      ['~/.notifications/', 'State, log and config.json (NOTIFY_STATE_DIR).'],
      ['~/.notifications/crontab.before', 'The crontab as it was before notify-runner init first changed it.'],
    ],
    environment: [
      ['NOTIFY_SCRIPTS_DIR', 'The folder of the scripts.'],
      ['NOTIFY_STATE_DIR', 'The folder of state and log.'],
      ['NOTIFY_SOCKET', 'The socket of notify-bot, /run/notify-bot/bot.sock unless set.'],
      ['NOTIFY_LOG_LEVEL', 'debug, info, warn, error or silent; info unless set.'],
      [
        'NOTIFY_EVERY',
        'How often scripts without a schedule run, such as 5m, from 1m to 1d; with each run from cron unless set.',
      ],
      [
        'NOTIFY_SHARED_HOME',
        'Whether hosts share the home, and one of them runs the scripts: yes, no or auto; auto unless set.',
      ],
      ['TZ', 'The time zone of schedules without tz=, such as Europe/Berlin; the one of the system unless set.'],
      ['NO_COLOR', 'No colours.'],
    ],
    see: ['notify-scripts', 'notify-bot'],
  },
  'notify-scripts': {
    files: [['~/user/notifications/', 'The scripts (NOTIFY_SCRIPTS_DIR).']],
    environment: [
      ['NOTIFY_SCRIPTS_DIR', 'The folder of the scripts.'],
      ['NOTIFY_STATE_DIR', 'The folder of state and log.'],
    ],
    see: ['notify-runner'],
  },
  'notify-bot': {
    files: [
      ['/etc/notify-bot/env', 'The settings of the service.'],
      ['/etc/notify-bot/alerts.yaml', 'The rules of alerts (NOTIFY_ALERTS_FILE); docs/alerts.md explains them.'],
      ['/data/notifications/', 'Links, outbox, history and log (NOTIFY_DATA_DIR).'],
      ['/run/notify-bot/bot.sock', 'The socket (NOTIFY_SOCKET).'],
    ],
    environment: [
      ['TELEGRAM_BOT_TOKEN', 'The token of the bot; or the systemd credential telegram-bot-token.'],
      ['NOTIFY_DATA_DIR', 'The folder of the data.'],
      ['NOTIFY_SOCKET', 'Where to listen.'],
      ['NOTIFY_ALERTS_FILE', 'The rules of alerts.'],
    ],
    see: ['notify-runner', 'notify-web'],
  },
  'notify-web': {
    files: [
      ['/etc/notify-web/env', 'The settings of the service.'],
      ['/var/lib/notify-web/', 'Who is logged in, and the machine keys (NOTIFY_WEB_STATE_DIR).'],
      ['/run/notify-web/web.sock', 'Where notify-runner web, sessions, log-out and keys ask (NOTIFY_WEB_SOCKET).'],
    ],
    environment: [
      ['NOTIFY_WEB_LISTEN', 'Where to listen, 127.0.0.1:8765 unless set.'],
      ['NOTIFY_WEB_URL', 'The address that people type.'],
      ['NOTIFY_WEB_OIDC_ISSUER', 'The login provider; see dashboard.md for what belongs to it.'],
      ['NOTIFY_WEB_ADMINS', "Users who see everybody's."],
      ['NOTIFY_WEB_SOCKET', 'Where sessions, log-out and keys ask the service.'],
      ['NOTIFY_SOCKET', 'The socket of notify-bot.'],
    ],
    see: ['notify-bot', 'notify-runner'],
  },
};

export const PROGRAMS = Object.keys(MORE);

const roff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/[^\x00-\x7f]/gu, (char) => `\\[u${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);

/** The parts of a help text; lines that were wrapped for the terminal are joined. */
function parseHelp(text) {
  const help = { usage: '', description: '', sections: {} };
  let section = 'description';
  for (const line of text.split('\n')) {
    const title = /^(Arguments|Options|Commands):$/.exec(line)?.[1];
    const entry = /^ {2}(\S.*?) {2,}(\S.*)$/.exec(line) ?? /^ {2}(\S.*)()$/.exec(line);
    if (line.startsWith('Usage: ')) help.usage = line.slice('Usage: '.length);
    else if (title !== undefined) {
      section = title;
      help.sections[section] = [];
    } else if (section === 'description') help.description = `${help.description} ${line.trim()}`.trim();
    else if (entry) help.sections[section].push([entry[1], entry[2]]);
    else if (line.trim() !== '') {
      const last = help.sections[section].at(-1);
      last[1] = `${last[1]} ${line.trim()}`.trim();
    }
  }
  return help;
}

const list = (entries) => entries.map(([term, text]) => `.TP\n.B ${roff(term)}\n${roff(text)}\n`).join('');
const part = (title, entries) =>
  entries === undefined || entries.length === 0 ? '' : `.SH ${title}\n${list(entries)}`;

function scriptsPart(scripts) {
  if (scripts === undefined) return '';
  const [before, ...after] = scripts.text.map(roff);
  return `.SH NOTIFICATION SCRIPTS\n${before}\n${list(scripts.fields)}${after.map((text) => `.PP\n${text}\n`).join('')}`;
}

async function commandPart(words, helpOf) {
  const { usage, description, sections } = parseHelp(await helpOf([...words, '--help']));
  if (sections.Commands !== undefined) {
    const parts = [];
    for (const [term] of sections.Commands) parts.push(await commandPart([...words, term.split(' ')[0]], helpOf));
    return parts.join('');
  }
  const options = (sections.Options ?? []).filter(([term]) => !term.includes('--help'));
  const entries = [...(sections.Arguments ?? []), ...options];
  return `.SS ${roff(usage.replace(' [options]', ''))}\n${roff(description)}\n${list(entries)}`;
}

/**
 * One page.
 *
 * @param helpOf returns the program's output for these arguments
 */
export async function manPage(name, helpOf) {
  const { usage, description, sections } = parseHelp(await helpOf(['--help']));
  const words = (sections.Commands ?? []).map(([term]) => term.split(' ')[0]).filter((word) => word !== 'help');
  const commands = [];
  for (const word of words) commands.push(await commandPart([word], helpOf));
  const { scripts, status = [], files, environment, see } = MORE[name];
  const [first = ''] = description.split(/(?<=\.) /);
  return [
    `.\\" Made from ${name} --help by docs/man/build.js.\n`,
    `.TH ${name.toUpperCase()} 1 "" "notify-bot" "User Commands"\n`,
    `.SH NAME\n${roff(name)} \\- ${roff(first.replace(/\.$/, ''))}\n`,
    `.SH SYNOPSIS\n.B ${roff(usage)}\n`,
    `.SH DESCRIPTION\n${roff(description)}\n`,
    part('OPTIONS', sections.Options),
    commands.length === 0 ? '' : `.SH COMMANDS\n${commands.join('')}`,
    scriptsPart(scripts),
    part('ENVIRONMENT', environment),
    part('FILES', files),
    part('EXIT STATUS', [
      ['0', 'Done.'],
      ['1', 'Failed; a sentence on standard error says why.'],
      ['2', 'Wrong usage or settings.'],
      ...status,
    ]),
    `.SH SEE ALSO\n${see.map((other) => `.BR ${roff(other)} (1)`).join(',\n')}\n`,
  ].join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = new URL('../../dist/', import.meta.url);
  for (const name of PROGRAMS) {
    const [program] = ['.cjs', '.js']
      .map((ending) => fileURLToPath(new URL(`${name}${ending}`, dist)))
      .filter(existsSync);
    const helpOf = async (args) => execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    writeFileSync(new URL(`${name}.1`, import.meta.url), await manPage(name, helpOf));
  }
}
