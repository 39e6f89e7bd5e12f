/** Bytes; file systems take 255, and endings are added to the name. */
const LONGEST = 200;

/** FNV-1a of 32 bits: it only has to distinguish a few overlong names. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** The name of a script's own files: the script's name, or the start and a hash of one that is too long. */
export function fileNameFor(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name;
  return `${[...name].slice(0, 40).join('')}-${hashOf(name)}`;
}
