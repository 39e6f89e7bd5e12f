/** Facts that name an alert or describe it, such as `{"alertname": "DiskFull", "host": "db1"}`. */
export type Labels = Readonly<Record<string, string>>;

/** A condition that fires and resolves. Its labels are its identity: two alerts with the same labels are one. */
export interface Alert {
  readonly labels: Labels;
  /** What people read; not part of the identity. */
  readonly annotations: Labels;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** When it is over, milliseconds since the epoch; `undefined` while its source has not said so. */
  readonly endsAt: number | undefined;
  /** Where its source shows it. */
  readonly generatorUrl: string | undefined;
}

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;
/** Ends a name and a value; no UTF-8 text contains it. */
const SEPARATOR = 0xff;

/**
 * The fingerprint of an alert: FNV-1a of 64 bits over its labels in the order of their names, 16 hexadecimal digits.
 * Prometheus and Alertmanager compute the same (`LabelSet.Fingerprint` in prometheus/common), so that an alert has one
 * name in all of them.
 *
 * @example fingerprintOf({}) // 'cbf29ce484222325'
 */
export function fingerprintOf(labels: Labels): string {
  let hash = OFFSET_BASIS;
  const add = (byte: number) => {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  };
  const encoded = Object.entries(labels).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const);
  for (const [name, value] of encoded.sort(([a], [b]) => Buffer.compare(a, b))) {
    for (const byte of name) add(byte);
    add(SEPARATOR);
    for (const byte of value) add(byte);
    add(SEPARATOR);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Whether an alert fires at a moment. @param now milliseconds since the epoch */
export function isFiring({ endsAt }: Alert, now: number): boolean {
  return endsAt === undefined || endsAt > now;
}
