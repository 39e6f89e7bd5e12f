/**
 * What the programs store, as small interfaces: the ports. None of them shows a path or a connection, so that files are
 * one implementation among others. `openStorage` chooses it.
 */
export type { KeyedMessages, UsedIds } from '../queue/ports.ts';
export type { Blobs } from './ports/blobs.ts';
export type { Codes, DeepLinks, RegistrationCodes, Taken } from './ports/codes.ts';
export type { Deliveries, ListedDelivery, Listing } from './ports/deliveries.ts';
export type { ChatDescription, Destinations, Place } from './ports/destinations.ts';
export type { DayCounts, History, HistoryFilter, HistoryPosition, SourceCounts } from './ports/history.ts';
export type { Inspection, StorageFinding } from './ports/inspection.ts';
export type { Lease } from './ports/lease.ts';
export type { Chat, Link, LinkChange, Links } from './ports/links.ts';
export type { Beats, RunnerBeat } from './ports/people/beats.ts';
export type { ExpectedBeat, ExpectedBeats } from './ports/people/expected-beats.ts';
export type { MuteList, Mutes } from './ports/people/mutes.ts';
export type { People } from './ports/people/people.ts';
export type { KnownOnCall, Rotations, StoredOverride } from './ports/people/rotations.ts';
export type { RecordChange, Records, StoredRecord } from './ports/records.ts';
export type { BegunRun, RunSummary, Runs } from './ports/runs.ts';
export type { UpdateBacklog, UpdateLog } from './ports/update-log.ts';
