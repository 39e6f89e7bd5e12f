// The part of undici that the programs use: the whole package would also load fetch, WebSocket, caches and mocks,
// which cost a process 6 MB and 20 ms. Used when the programs are bundled; put together as undici's own index.js does.
const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');
const Agent = require('undici/lib/dispatcher/agent.js');
const api = require('undici/lib/api/index.js');

Object.assign(Dispatcher.prototype, api);
module.exports = { Agent };
