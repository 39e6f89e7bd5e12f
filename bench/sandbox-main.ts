/** The simulated Telegram as a separate process. Arguments: response time in ms, whether rate limits are enforced. */
import { createSandbox } from '../src/sandbox/sandbox.ts';

const [latency = '0', limits = 'false'] = process.argv.slice(2);
const sandbox = createSandbox({ latency: Number(latency), limits: limits === 'true', keep: 2000 });
await sandbox.start();
process.stdout.write(`${sandbox.url}\n`);
