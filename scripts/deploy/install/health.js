// Asks the socket for GET /health: `node health.js SOCKET`. Prints a line with the status and the bot's name, then the
// reasons, one a line. A dash stands for what is missing.
import { get } from 'node:http';

const [, , socketPath] = process.argv;
const request = get({ socketPath, path: '/health', timeout: 2000 }, async (answer) => {
  let text = '';
  for await (const part of answer) text += part;
  const { bot = '-', reasons = [] } = JSON.parse(text);
  console.log([`${answer.statusCode} ${bot}`, ...reasons.map((reason) => reason.replaceAll(/\s+/g, ' '))].join('\n'));
});
request.on('timeout', () => request.destroy());
request.on('error', () => console.log('- -'));
