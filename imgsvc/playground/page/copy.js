// The same picture as HTML, commands, code and configuration want it; the server writes all of it.
import { call } from "./api.js";
import { byId, el } from "./elements.js";

export class Copying {
  constructor(host) {
    byId("host").value = host;
    byId("host").addEventListener("input", () => this.show(this.wish, this.signal));
    byId("copy").addEventListener("click", () => this.copy());
    this.chosen = null;
  }

  async show(wish, signal) {
    Object.assign(this, { wish, signal });
    const { snippets } = await call("snippets", { ...wish, host: byId("host").value }, signal);
    this.snippets = snippets;
    const titles = snippets.map((each) => each.title);
    if (!titles.includes(this.chosen)) this.chosen = titles[0];
    const pills = byId("snippets");
    const have = [...pills.querySelectorAll("input")].map((each) => each.value);
    if (have.join("\n") !== titles.join("\n")) {
      pills.querySelectorAll("label").forEach((each) => each.remove());
      pills.append(...titles.map((title) => this.pill(title)));
    }
    this.say();
  }

  pill(title) {
    const choose = () => {
      this.chosen = title;
      this.say();
    };
    const radio = el("input", { type: "radio", name: "snippet", value: title, checked: title === this.chosen, onchange: choose });
    return el("label", {}, radio, el("span", {}, title));
  }

  say() {
    byId("snippet").textContent = this.snippets.find((each) => each.title === this.chosen)?.text ?? "";
    byId("copy").textContent = "Copy";
  }

  async copy() {
    const text = byId("snippet").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not where the page is not from loopback and not encrypted.
      getSelection().selectAllChildren(byId("snippet"));
      document.execCommand("copy");
    }
    byId("copy").textContent = "Copied";
  }
}
