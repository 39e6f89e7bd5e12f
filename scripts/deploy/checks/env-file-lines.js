// Reads a file of settings for bash, as systemd reads it:
//   node env-file-lines.js FILE                 NAME and VALUE of each setting, each ended by a zero byte
//   node env-file-lines.js FILE faults          LINE SENTENCE of each mistake, one a line
//   node env-file-lines.js FILE set NAME <VALUE the file's text with that setting, at its end, instead of earlier ones
import { readFileSync } from 'node:fs';
import { parseEnvFile, quoted } from '../env-file/env-file.js';

const [, , path, action, name] = process.argv;
const bytes = readFileSync(path);
const { settings, faults } = parseEnvFile(bytes);

if (action === 'set') {
  const old = settings.filter((setting) => setting.name === name);
  const isOld = (line) => old.some((setting) => line >= setting.line && line <= setting.lastLine);
  const lines = bytes.toString('utf8').replace(/\n$/, '').split('\n');
  const kept = lines.filter((_, index) => !isOld(index + 1));
  process.stdout.write([...kept, `${name}=${quoted(readFileSync(0, 'utf8'))}`, ''].join('\n'));
} else if (action === 'faults') {
  for (const { line, sentence } of faults) console.log(`${line} ${sentence}`);
} else {
  for (const setting of settings) process.stdout.write(`${setting.name}\0${setting.value}\0`);
}
