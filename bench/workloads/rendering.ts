import { renderMarkdown } from '../../src/markup/markdown/markdown.ts';
import type { Workload } from './workload.ts';

const PIECES: Readonly<Record<string, string>> = {
  'plain sentences': 'Revenue is down since 09:00, and nobody has said why. ',
  'a report in Markdown':
    '## Revenue\n\n*eu_west* is down **12 %** since `09:00`:\n\n- [dashboard](https://example.org/d?id=1)\n- rows_rejected: 3\n\n> ask ops\n\n',
  tables: '| region | sum | change |\n|---|---:|---:|\n| eu_west | 1,234 | -12 % |\n| us_east | 5,678 | +1 % |\n\n',
  'code blocks': '```python\ndef f(x_y, *z):\n    return [a_b for a_b in z if a_b]\n```\n\n',
};
/** Bytes of a text: about one message. */
const SIZE = 4000;

/** Markdown to text and entities, without files and network. */
export const rendering: Workload = {
  name: 'rendering',
  about: 'Markdown to text and entities, MB a second',
  needs: 'none',
  async run({ note, quick }) {
    for (let i = 0; i < (quick ? 2 : 5); i += 1) {
      for (const [name, piece] of Object.entries(PIECES)) {
        const text = piece.repeat(Math.ceil(SIZE / piece.length));
        const startedAt = performance.now();
        let bytes = 0;
        while (performance.now() - startedAt < (quick ? 150 : 400)) {
          renderMarkdown(text);
          bytes += Buffer.byteLength(text);
        }
        note(name, 'MB/s', bytes / 1e6 / ((performance.now() - startedAt) / 1000));
      }
    }
  },
};
