/** A whole server before `telegram-test-api`: the built service and runner, the actor, and one person. */

import { userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import type { Program, Service } from '../../bot/cli/program.ts';
import { startActorSocket } from '../../support/actor/actor-socket.ts';
import { createMachine, type Machine } from '../../support/runner/machine.ts';
import { type Peer, startPeer, TOKEN } from './telegram-test-api.ts';

/** The account that runs the test. */
export const me = userInfo().username;
/** The chat it links. */
export const CHAT = 71;

/** @see serverBefore */
export interface PeerServer {
  readonly peer: Peer;
  readonly machine: Machine;
  readonly client: SocketClient;
  /** Starts the service; one that was started before has to be gone. */
  serve(): Promise<Service>;
}

/** Prepares one, gone after the test; the service is not started. */
export async function serverBefore(program: Program): Promise<PeerServer> {
  const peer = await startPeer();
  const machine = createMachine();
  const { socketPath } = machine;
  const actor = await startActorSocket({ users: { [me]: { home: machine.home, uid: 2000 } }, socketPath });
  onTestFinished(() => actor.close());
  const client = createSocketClient({ socketPath, timeoutMs: 60_000 });
  onTestFinished(() => client.close());
  const settings = {
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: peer.url,
    NOTIFY_DATA_DIR: join(machine.home, '../data'),
    NOTIFY_SOCKET: socketPath,
    NOTIFY_ACTOR_SOCKET: actor.path,
  };
  return { peer, machine, client, serve: () => program.serve(settings) };
}

/** Starts the service and links the account to `CHAT` by code, with the runner. */
export async function linkedServer(program: Program): Promise<PeerServer & { readonly service: Service }> {
  const server = await serverBefore(program);
  const { peer, machine } = server;
  const service = await server.serve();
  await peer.write(CHAT, '/start');
  const { text } = await peer.says(CHAT, /\b\d{6}\b/);
  const linked = await machine.runner(['link', /\b\d{6}\b/.exec(text)?.[0] ?? '']);
  if (linked.status !== 0) throw new Error(`linking failed: ${linked.err}`);
  await peer.says(CHAT, /^✅ Linked/);
  return { ...server, service };
}
