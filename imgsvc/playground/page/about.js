// What /info tells of the source, asked for once somebody wants to know.
import { Trouble, picture } from "./api.js";
import { byId } from "./elements.js";

export class About {
  /** URLs begin with where the server is. */
  constructor(host) {
    Object.assign(this, { host, target: "", asked: "", controller: new AbortController() });
    byId("about").addEventListener("toggle", () => this.ask());
  }

  /** The source that the URL has now. */
  show({ about, dropped }) {
    Object.assign(this, { target: about, dropped });
    byId("about").hidden = !about;
    byId("about-url").textContent = `${this.host}${about}`;
    return this.ask();
  }

  async ask() {
    const { target, dropped } = this;
    if (!byId("about").open || !target || target === this.asked) return;
    this.asked = target;
    this.controller.abort();
    this.controller = new AbortController();
    const { signal } = this.controller;
    byId("about-answer").textContent = "";
    try {
      const { blob } = await picture({ target, dropped }, "", signal);
      const told = JSON.parse(await blob.text());
      if (!signal.aborted) byId("about-answer").textContent = JSON.stringify(told, null, 2);
    } catch (error) {
      if (signal.aborted) return;
      this.asked = "";
      if (!(error instanceof Trouble)) throw error;
      byId("about-answer").textContent = [error.status, error.message].filter(Boolean).join(": ");
    }
  }
}
