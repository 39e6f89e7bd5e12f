/** Finds addresses in a text like the server: `find_urls` in tdlib's MessageEntity.cpp. */

/** Characters of a host's labels; the server takes letters of any script, and discards the host later. */
const LABEL = String.raw`[\w~\-\u00c0-\u1fff\u2c00-\ud7ff]+`;
const URL = new RegExp(
  String.raw`(?<scheme>[A-Za-z0-9+-]+:\/\/)?(?:(?<user>[^\s\/[\]{}()'\x60<>"@«»]+)@)?(?<host>${LABEL}(?:\.${LABEL})+)(?<port>:\d+)?(?<path>[\/?#][^\s<>"«»]*)?`,
  'gu',
);
const SCHEME = /(?:https?|ftp|tonsite):\/\/$/i;
/** Before an address without a scheme. */
const ATTACHED = /[\p{L}\p{N}_/#@]$/u;
const EMAIL =
  /^(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9]\.){1,6}[a-z]{2,8}$/i;

/** Countries' domains, and of the others those that texts of programs are likely to hold; the server knows some 1,400. */
const TOP_LEVEL = new Set(
  (
    'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd ' +
    'cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge ' +
    'gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki ' +
    'km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my ' +
    'mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se ' +
    'sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz ' +
    'va vc ve vg vi vn vu wf ws ye yt za zm zw ' +
    'app biz cab cloud com computer data dev edu email gov host info int java jobs link live log map me mil mobi mov name ' +
    'net network new news one online org page pro prod run services shop site software store systems tech test tools win ' +
    'work world xyz zip zone'
  ).split(' '),
);

/** The end of a path without closing brackets that nothing opened, and without punctuation. */
function trimPath(path: string): string {
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  const open: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  let end = 0;
  for (; end < path.length; end += 1) {
    const char = path.charAt(end);
    const opener = pairs[char];
    if (opener !== undefined) {
      if ((open[opener] ?? 0) === 0) break;
      open[opener] = (open[opener] ?? 0) - 1;
    } else if (char in open) open[char] = (open[char] ?? 0) + 1;
  }
  const kept = path.slice(0, end).replace(/(?<![.:;,('?!`])[.:;,('?!`]+$/, '');
  return kept === '?' || kept === '#' ? '' : kept;
}

function isHost(host: string, hasScheme: boolean): boolean {
  const labels = host.split('.');
  if (labels.some((label) => label === '' || label.length >= 64 || label.endsWith('-'))) return false;
  if (labels.length === 4 && labels.every((label) => /^(?:0|[1-9]\d{0,2})$/.test(label) && Number(label) <= 255))
    return true;
  const last = labels.at(-1) ?? '';
  if (/^[\d.]+$/.test(host) || [...last].length < 2 || labels.at(-2)?.includes('_') === true) return false;
  if (last.startsWith('xn--')) return /^xn--[a-z0-9]{2,}$/i.test(last);
  if (/[_-]/.test(last)) return false;
  return hasScheme || TOP_LEVEL.has(last.toLowerCase());
}

/** What the server takes for a link or an e-mail address. */
export interface FoundUrl {
  readonly type: 'url' | 'email';
  readonly offset: number;
  readonly length: number;
}

/** The addresses of a text, in order; one without a scheme, such as `backup.sh`, is a link to the domain of that name. */
export function findUrls(text: string): readonly FoundUrl[] {
  const found: FoundUrl[] = [];
  for (const match of text.matchAll(URL)) {
    const { scheme = '', user, host = '', port = '', path = '' } = match.groups ?? {};
    const bare = match[0].slice(scheme.length);
    const before = text.slice(Math.max(0, match.index - 2), match.index);
    if (scheme === '' && EMAIL.test(bare.replace(/^mailto:/, ''))) {
      const address = bare.replace(/^mailto:/, '');
      found.push({ type: 'email', offset: match.index + bare.length - address.length, length: address.length });
      continue;
    }
    const known = SCHEME.exec(scheme)?.[0];
    if (scheme !== '' ? known === undefined : ATTACHED.test(before)) continue;
    if (!isHost(host, known !== undefined)) continue;
    const goodPort = /^:0*[1-9]\d{0,4}$/.test(port) && Number(port.slice(1)) <= 65_535;
    const rest = goodPort ? port + trimPath(path) : port === '' ? trimPath(path) : '';
    const start = match.index + scheme.length - (known?.length ?? 0);
    const length = (known?.length ?? 0) + (user === undefined ? 0 : user.length + 1) + host.length + rest.length;
    found.push({ type: 'url', offset: start, length });
  }
  return found;
}
