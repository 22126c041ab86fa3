/** One line on the server: ready, waking up, or out of reach. */

const WORDS = {
  unknown: "",
  ready: "ready",
  waking: "waking up: the answer comes by itself",
  unreachable: "server not reachable, your ink is safe",
};

export class Status {
  /** @param {HTMLElement} element shows the words; @param {Server} server */
  constructor(element, server) {
    server.addEventListener("statechanged", () => {
      element.dataset.status = server.state;
      element.querySelector("[data-status-words]").textContent = WORDS[server.state];
    });
  }
}
