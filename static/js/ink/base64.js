/** Bytes as text, the way a page or a card carries a bitmap. */

/**
 * @param {string} text base64
 * @returns {Uint8Array} its bytes
 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
