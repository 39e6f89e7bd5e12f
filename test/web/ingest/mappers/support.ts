import type { MappedAlert, Mapper } from '../../../../src/web/ingest/mappers/mapped-alert.ts';

/** 2026-01-31T09:00:00Z */
export const NOW = Date.UTC(2026, 0, 31, 9);

/** The alerts of a payload, which must not be ignored. */
export function alertsOf(map: Mapper, payload: unknown, event?: string): readonly MappedAlert[] {
  const mapped = map(payload, { now: NOW, ...(event !== undefined && { event }) });
  if ('ignored' in mapped) throw new Error(`ignored: ${mapped.ignored}`);
  return mapped.alerts;
}
