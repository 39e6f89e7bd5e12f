// Turns the answer of `notify-bot doctor --json` on standard input into lines for bash: CHECK true|false CODE SENTENCE, with
// a dash for no code.
import { readFileSync } from 'node:fs';

for (const { check, ok, code = '-', seen } of JSON.parse(readFileSync(0, 'utf8'))) {
  console.log(check, ok, code, seen.replaceAll(/\s+/g, ' '));
}
