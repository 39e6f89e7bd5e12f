// Asks the socket for GET /health: `node health.js SOCKET`. Prints a line with the status and the bot's name, then the
// reasons, one a line, each behind the word for what it concerns. A dash stands for what is missing.
import { get } from 'node:http';

const [, , socketPath] = process.argv;
const request = get({ socketPath, path: '/health', timeout: 2000 }, async (answer) => {
  let text = '';
  for await (const part of answer) text += part;
  const { bot = '-', reasons = [], problems = reasons.map((reason) => ({ area: '-', reason })) } = JSON.parse(text);
  const lines = problems.map(({ area, reason }) => `${area} ${reason.replaceAll(/\s+/g, ' ')}`);
  console.log([`${answer.statusCode} ${bot}`, ...lines].join('\n'));
});
request.on('timeout', () => request.destroy());
request.on('error', () => console.log('- -'));
