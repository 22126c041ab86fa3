/** Names that nobody else makes, also on plain http, where `crypto.randomUUID` is missing. */

const HEX = 16;
const GROUPS = [8, 12, 16, 20]; // hexadecimal digits before each hyphen

/** @returns {string} a random UUID of version 4 (RFC 9562) */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // the version
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // the variant
  const digits = [...bytes].map((byte) => byte.toString(HEX).padStart(2, "0")).join("");
  const ends = [...GROUPS, digits.length];
  return ends.map((end, index) => digits.slice(ends[index - 1] ?? 0, end)).join("-");
}
