/** Chooses an implementation of the ports: files. Nothing else imports one, and nothing else knows the data folder. */
import { join } from 'node:path';
import type { KnownAccount } from '../core/account.ts';
import type { Problem } from '../core/problem.ts';
import type { Update } from '../core/update.ts';
import { BOUNDS, type StorageBounds } from './bounds.ts';
import { createCodes } from './files/codes/codes.ts';
import { createDeepLinks } from './files/codes/deep-links.ts';
import { createRegistrationCodes } from './files/codes/registration-codes.ts';
import { createBlobs } from './files/deliveries/blobs.ts';
import { placesIn } from './files/deliveries/places.ts';
import { createSpool } from './files/deliveries/spool.ts';
import { createDestinations } from './files/destinations/destinations.ts';
import { createFolderIdentity } from './files/folder-identity.ts';
import { createFolderWatch } from './files/folder-watch.ts';
import { guarded } from './files/guarded.ts';
import { createHistory } from './files/history/history.ts';
import { createInspection } from './files/inspection.ts';
import { createKeyedMessages } from './files/keyed-messages.ts';
import { createLease } from './files/lease.ts';
import { createLinks } from './files/links/links.ts';
import { createBeats } from './files/people/beats.ts';
import { createExpectedBeats } from './files/people/expected-beats.ts';
import { createMutes } from './files/people/mutes.ts';
import { createPeople } from './files/people/people.ts';
import { createRotations } from './files/people/rotations.ts';
import { createRecordLog } from './files/records/record-log.ts';
import { createRunStore } from './files/runs.ts';
import { createUpdateLog } from './files/update-log.ts';
import type {
  Beats,
  Blobs,
  Codes,
  DeepLinks,
  Deliveries,
  Destinations,
  ExpectedBeats,
  History,
  Inspection,
  KeyedMessages,
  Lease,
  LinkChange,
  Links,
  Mutes,
  People,
  Records,
  RegistrationCodes,
  Rotations,
  Runs,
  UpdateLog,
  UsedIds,
} from './ports.ts';

/** Where and how to store. */
export interface StorageSettings {
  /** The data folder, absolute. */
  readonly dataDir: string;
  /** Where the host remembers that the data folder is in use, absolute; not at all unless given. */
  readonly stateDir?: string;
  /** How much is stored at most; what the service uses unless given. */
  readonly bounds?: StorageBounds;
  /** Milliseconds since 1970; the host's clock unless given. */
  readonly now?: () => number;
  /** Called once for each new reason why something stored can't be read. */
  readonly onProblem?: (problem: Problem) => void;
  /** Called for each link that this process made or ended. */
  readonly onLinkChange?: (change: LinkChange) => void;
  /** Called for each link of another program's that was recorded as an account's. */
  readonly onLinkClaim?: (account: KnownAccount) => void;
}

/** Every port. @see openStorage */
export interface Storage<P, U extends Update> {
  readonly lease: Lease;
  readonly deliveries: Deliveries<P>;
  readonly blobs: Blobs;
  readonly history: History;
  /** Idempotency ids of settled deliveries. */
  readonly usedIds: UsedIds;
  readonly links: Links;
  readonly destinations: Destinations;
  readonly registrationCodes: RegistrationCodes;
  readonly codes: Codes;
  readonly deepLinks: DeepLinks;
  readonly mutes: Mutes;
  readonly people: People;
  readonly rotations: Rotations;
  readonly keyedMessages: KeyedMessages;
  readonly runs: Runs;
  readonly beats: Beats;
  readonly expectedBeats: ExpectedBeats;
  readonly updateLog: UpdateLog<U>;
  /** Alerts, their groups, acknowledgements and silences. */
  readonly alertRecords: Records;
  /** Questions to people, and their answers. */
  readonly questionRecords: Records;
  /** What is held for people during quiet hours, or for a digest. */
  readonly heldRecords: Records;
  readonly inspection: Inspection;
}

/**
 * Opens the storage; touches nothing until a port is used. A service takes the lease first.
 *
 * @example
 * const storage = openStorage({ dataDir: '/data/notifications' });
 * for (const link of await storage.links.all()) console.log(link.user);
 */
export function openStorage<P, U extends Update>(settings: StorageSettings): Storage<P, U> {
  const { dataDir, stateDir, bounds = BOUNDS, now = Date.now, onProblem, onLinkChange, onLinkClaim } = settings;
  const reporting = onProblem === undefined ? {} : { onProblem };
  const common = { dataDir, now, ...reporting };
  const identity = createFolderIdentity(dataDir, stateDir, now);
  const watch = createFolderWatch(dataDir);
  const { require: guard } = watch;
  const history = guarded(createHistory(dataDir, now, bounds.history), guard, ['append', 'prune']);
  const links = createLinks({
    ...common,
    ...(onLinkChange !== undefined && { onChange: onLinkChange }),
    ...(onLinkClaim !== undefined && { onClaim: onLinkClaim }),
  });
  const [codes, deepLinks, registrationCodes] = [
    createCodes(common),
    createDeepLinks(common),
    createRegistrationCodes(common),
  ];
  const destinations = createDestinations({ ...common, bounds: bounds.destinations });
  const mutes = createMutes({ ...common, bounds: bounds.mutes });
  const rotations = createRotations({ ...common, bounds: bounds.rotations });
  const people = createPeople({ dataDir, most: bounds.people, ...reporting });
  const runs = createRunStore(dataDir, now, onProblem, bounds.runs);
  const beats = createBeats({ ...common, most: bounds.beats });
  const expectedBeats = createExpectedBeats({ ...common, bounds: bounds.expectedBeats });
  const updateLog = createUpdateLog<U>(dataDir, guard, bounds.openUpdates);
  const records = (name: string) => createRecordLog({ dir: join(dataDir, name), guard, ...reporting });
  return {
    lease: createLease({ dataDir, identity, watch, ...reporting }),
    deliveries: guarded(createSpool<P>(dataDir, bounds.deliveries, guard), guard, [
      'put',
      'putAll',
      'get',
      'update',
      'remove',
      'fail',
      'quarantine',
      'requeue',
      'prune',
    ]),
    blobs: guarded(createBlobs(placesIn(dataDir).staging, bounds.stagedBytes), guard, ['write']),
    history,
    usedIds: history,
    links: guarded(links, guard, [
      'find',
      'usersOf',
      'link',
      'unlink',
      'markUnreachable',
      'clearUnreachable',
      'moveChat',
      'all',
    ]),
    destinations: guarded(destinations, guard, [
      'find',
      'withUsername',
      'at',
      'all',
      'register',
      'remove',
      'setSenders',
      'moveChat',
      'describeChat',
      'markUnreachable',
    ]),
    registrationCodes: guarded(registrationCodes, guard, ['issue', 'redeem']),
    codes: guarded(codes, guard, ['issue', 'redeem']),
    deepLinks: guarded(deepLinks, guard, ['issue', 'redeem']),
    mutes: guarded(mutes, guard, ['mute', 'unmute', 'list']),
    people: guarded(people, guard, ['change']),
    rotations: guarded(rotations, guard, ['change', 'all']),
    keyedMessages: guarded(createKeyedMessages(dataDir, bounds.keyed), guard, ['remember']),
    runs: guarded(runs, guard, ['begin', 'knows', 'note', 'end', 'left']),
    beats,
    expectedBeats: guarded(expectedBeats, guard, ['change', 'markReported']),
    // Guarded inside: `append` and `ack` count at once, and records in their order, whatever the guard takes.
    updateLog,
    alertRecords: records('alerts'),
    questionRecords: records('questions'),
    heldRecords: records('held'),
    inspection: createInspection({
      dataDir,
      links,
      stores: [codes, deepLinks, registrationCodes, destinations, mutes, people, rotations, runs, beats, expectedBeats],
      updateLog,
      identity,
    }),
  };
}
