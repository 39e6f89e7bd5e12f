// Turns the answer of `notify-bot doctor --json` on standard input into lines for bash: CHECK true|false SENTENCE.
import { readFileSync } from 'node:fs';

for (const { check, ok, seen } of JSON.parse(readFileSync(0, 'utf8'))) {
  console.log(check, ok, seen.replaceAll(/\s+/g, ' '));
}
