/** Bytes as text, the way a page, a card or an answer carries them. */

/**
 * @param {string} text base64
 * @returns {Uint8Array} its bytes
 */
export function fromBase64(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let index = 0; index < signs.length; index += 1) bytes[index] = signs.charCodeAt(index); // live, so no callback for each
  return bytes;
}
