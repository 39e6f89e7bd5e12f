/** `npm run bench [-- --quick]`: every benchmark, as a table. */
import { cpus } from 'node:os';
import { benchAccept } from './accept.ts';
import { benchCommands } from './commands.ts';
import { benchMemory } from './memory.ts';

const quick = process.argv.includes('--quick');
process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; medians\n\n`);
for (const bench of [benchAccept, benchCommands, benchMemory]) {
  for (const [name, value] of Object.entries(await bench(quick))) {
    process.stdout.write(`${name.padEnd(64)} ${value.toLocaleString('en', { maximumFractionDigits: 2 })}\n`);
  }
}
