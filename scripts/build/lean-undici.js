// The part of undici that the programs use. The whole package also loads fetch, WebSocket, caches and mocks, which cost
// a process 6 MB and 20 ms. The bundler imports this file instead of undici; undici's own index.js combines the parts in
// the same way.
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

Object.assign(Dispatcher.prototype, api);

export { Agent };
