/** Copy text. On plain http there is no clipboard to write to, and the old command on a selection still works. */

/**
 * @param {HTMLElement} element holds the text
 * @returns {Promise<boolean>} whether it was copied; if not, it is selected
 */
export async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}
