import { joined } from '../../../markup/entities.ts';
import type { Entity, FormattedText } from '../../../markup/formatted.ts';

/** Endings of files that are domains as well, so that Telegram makes links to strangers' sites of `backup.sh` and `README.md`. */
const ENDINGS = 'ai|app|cab|cc|dev|java|md|mk|ml|mov|pl|pm|ps|py|rs|sc|sh|so|st|tf|vi|ws|zip';
const FILE = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.@/:-])[\p{L}\p{N}_.-]*[\p{L}\p{N}_]\.(?:${ENDINGS})(?![\p{L}\p{N}_/-]|:[\d/]|\.\p{L})`,
  'giu',
);

const styled = (text: string, type: Entity['type']): FormattedText =>
  text === '' ? { text, entities: [] } : { text, entities: [{ type, offset: 0, length: text.length }] };

/** A title: bold, with the names of files as code. @param title one line */
export function titleText(title: string): FormattedText {
  const pieces: FormattedText[] = [];
  let done = 0;
  for (const { 0: name, index } of title.matchAll(FILE)) {
    pieces.push(styled(title.slice(done, index), 'bold'), styled(name, 'code'));
    done = index + name.length;
  }
  return joined([...pieces, styled(title.slice(done), 'bold')]);
}
