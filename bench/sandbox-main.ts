/** The pretend Telegram as a process of its own. Arguments: milliseconds for an answer, whether rates are enforced. */
import { createSandbox } from '../src/sandbox/sandbox.ts';

const [latency = '0', limits = 'false'] = process.argv.slice(2);
const sandbox = createSandbox({ latency: Number(latency), limits: limits === 'true', keep: 2000 });
await sandbox.start();
process.stdout.write(`${sandbox.url}\n`);
