/** The states that undo and redo walk through. States are never changed, only replaced. */

const MAX_STEPS = 500; // older states are forgotten, so that a long session does not fill the memory

export class History {
  #past = [];
  #future = [];

  constructor(state) {
    this.state = state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Make `state` the present one; what was undone before is forgotten. */
  push(state) {
    this.#past.push(this.state);
    if (this.#past.length > MAX_STEPS) this.#past.shift();
    this.#future = [];
    this.state = state;
  }

  /** Go one state back, if there is one. */
  undo() {
    if (this.canUndo) this.#step(this.#past, this.#future);
  }

  /** Go one state forward, if there is one. */
  redo() {
    if (this.canRedo) this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    to.push(this.state);
    this.state = from.pop();
  }
}
