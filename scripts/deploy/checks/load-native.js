// Loads the packages with machine code of a tree or release: `node load-native.js TREE`. When one of them is missing or
// doesn't fit this machine, it fails and prints the reason on one line.
import { createRequire } from 'node:module';

const [, , tree] = process.argv;
const load = createRequire(`${tree}/dist/x.js`);
try {
  load('koffi').load(null);
  load('@resvg/resvg-js');
} catch ({ message }) {
  console.error(message.split('\n')[0]);
  process.exitCode = 1;
}
