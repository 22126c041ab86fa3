/** Which touch of the screen may draw: the first pointer does; a second finger or a resting palm does not. */

const WIDEST_FINGER = 70; // CSS pixels; a thumb pressed flat is about 50, a palm 80 and more
const PEN_MEMORY = 3000; // milliseconds after a pen was last seen in which touches are the resting hand
const LEFT_BUTTON = 0; // also a finger, and the tip of a pen

/**
 * @param {{pointerType: string, button: number, width: number, height: number}} contact a pointerdown
 * @param {{pointerType: string}|null} active the pointer that is drawing already
 * @param {number} sincePen milliseconds since a pen was last seen over the pad
 * @returns {boolean} whether the contact may start a stroke
 */
export function mayDraw(contact, active, sincePen) {
  if (contact.button !== LEFT_BUTTON) return false;
  if (active) return takesOver(contact, active);
  return contact.pointerType !== "touch" || !isPalm(contact, sincePen);
}

/** A pen that comes down while a touch is drawing: the touch was the hand that holds the pen. */
function takesOver(contact, active) {
  return contact.pointerType === "pen" && active.pointerType === "touch";
}

function isPalm(contact, sincePen) {
  return sincePen < PEN_MEMORY || Math.max(contact.width, contact.height) > WIDEST_FINGER;
}
