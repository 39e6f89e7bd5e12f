// The part of undici that the programs use: the whole package would also load fetch, WebSocket, caches and mocks,
// which cost a process 6 MB and 20 ms. Used when the programs are bundled; put together as undici's own index.js does.
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

Object.assign(Dispatcher.prototype, api);

export { Agent };
