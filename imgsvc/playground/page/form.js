// The options in the URL, each with its fields, and the list of all there are; both made from the server's table.
import { byId, el, prose, unique } from "./elements.js";

const FREE = { names: [], sentence: "", example: "", arguments: "", usual: "", fields: [] };

export class Form {
  /** `changed` is told the uses whenever somebody changes one. */
  constructor(told, changed) {
    this.separator = told.separator;
    this.options = told.options;
    this.onlyPresets = told.only_presets;
    this.byName = new Map(told.options.flatMap((each) => each.names.map((name) => [name, each])));
    this.changed = changed;
    this.uses = [];
    this.makeCatalog();
    byId("search").addEventListener("input", () => this.filter());
  }

  /** Show these; fields that say so already are left alone, with whoever is typing in them. */
  show(uses) {
    if (uses.length === this.uses.length && uses.every((use, index) => use === this.uses[index])) return;
    this.uses = [...uses];
    byId("uses").replaceChildren(...uses.map((use, index) => this.card(use, index)));
    this.mark();
  }

  add(use) {
    this.show([...this.uses, use]);
    this.changed(this.uses);
    byId("uses").lastElementChild?.querySelector("input, select")?.focus();
  }

  /** Put this use in the place of the option's last one, or behind all. */
  put(use) {
    const names = this.byName.get(use.split(this.separator)[0])?.names ?? [];
    const index = this.uses.findLastIndex((each) => names.includes(each.split(this.separator)[0]));
    const uses = [...this.uses];
    if (index < 0) uses.push(use);
    else uses[index] = use;
    this.show(uses);
    this.changed(this.uses);
  }

  remove(index) {
    this.show(this.uses.filter((_, each) => each !== index));
    this.changed(this.uses);
    (byId("uses").children[Math.min(index, this.uses.length - 1)]?.querySelector("button") ?? byId("search")).focus();
  }

  card(use, index) {
    const [name, ...given] = use.split(this.separator);
    const option = (!this.onlyPresets && this.byName.get(name)) || FREE;
    const remove = el("button", { type: "button", class: "plain", onclick: () => this.remove(index) }, "Remove");
    remove.setAttribute("aria-label", `Remove ${name}`);
    const title = option.names[0] ?? (use === "-" ? "then, of what this gives" : use);
    const head = el("div", { class: "head" }, el("b", {}, title.replaceAll("_", " ")), remove);
    if (option === FREE) return el("li", { class: "use" }, head);
    const values = option.fields.map((_, place) => given[place] ?? "");
    const last = option.fields.length - 1;
    // The last field has all that is left, as of what repeats.
    if (given.length > option.fields.length) values[last] = given.slice(last).join(this.separator);
    const update = () => {
      const written = [...values];
      // As many as there were are kept: an empty one may count.
      while (written.length > Math.max(1, given.length) && written.at(-1) === "") written.pop();
      this.uses[index] = [name, ...written].join(this.separator);
      this.changed(this.uses);
    };
    const fields = option.fields.map((field, place) =>
      control(field, values[place], `${option.names[0]} ${field.name}`, (text) => {
        values[place] = text;
        update();
      }),
    );
    return el("li", { class: "use", title: option.sentence.replaceAll("`", "") }, head, el("div", { class: "fields" }, ...fields));
  }

  makeCatalog() {
    this.rows = this.options.map((option) => {
      const add = el("button", { type: "button", onclick: () => this.add(option.example.replaceAll(":", this.separator)) }, "Add");
      add.setAttribute("aria-label", `Add ${option.names[0]}`);
      const facts = [
        el("code", {}, `${option.names.at(-1)}:${option.arguments}`),
        option.usual && el("span", {}, `usually: ${option.usual}`),
        el("span", {}, "as in ", el("code", {}, option.example)),
      ];
      const row = el(
        "li",
        {},
        el("div", { class: "head" }, el("b", {}, option.names[0].replaceAll("_", " ")), add),
        el("p", {}, ...prose(option.sentence)),
        el("p", { class: "quiet facts" }, ...facts.filter(Boolean)),
      );
      row.dataset.option = option.names[0];
      return row;
    });
    byId("catalog").replaceChildren(...this.rows);
    this.filter();
  }

  filter() {
    const words = byId("search").value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    let count = 0;
    this.options.forEach((option, index) => {
      const text = [...option.names, option.sentence].join(" ").toLowerCase().replaceAll("_", " ");
      const isFound = words.every((word) => text.includes(word));
      this.rows[index].hidden = !isFound;
      count += isFound;
    });
    byId("found").textContent = `${count} of ${this.options.length}`;
  }

  mark() {
    byId("no-uses").hidden = this.uses.length > 0;
    const used = new Set(this.uses.map((use) => this.byName.get(use.split(this.separator)[0])));
    this.options.forEach((option, index) => this.rows[index].classList.toggle("used", used.has(option)));
  }
}

function control(field, value, label, changed) {
  const id = unique("field");
  const tell = (event) => changed(event.target.value);
  let inner;
  if (field.kind === "choice" || field.kind === "boolean") inner = choice(field, value, id, tell);
  else inner = text(field, value, id, changed);
  inner[0].setAttribute("aria-label", label);
  return el("div", { class: `field ${field.kind}` }, el("label", { for: id }, field.name.replaceAll("_", " ")), el("div", { class: "row" }, ...inner));
}

function choice(field, value, id, tell) {
  const words = field.kind === "boolean" ? ["1", "0"] : field.choices;
  const known = words.includes(value) || value === "" ? words : [value, ...words];
  const shown = { 1: "on", 0: "off" };
  const options = ["", ...known].map((word) =>
    el("option", { value: word, selected: word === value }, (field.kind === "boolean" && shown[word]) || word || "–"),
  );
  return [el("select", { id, onchange: tell }, ...options)];
}

function text(field, value, id, changed) {
  const input = el("input", { id, type: "text", value, autocomplete: "off", spellcheck: false, title: field.expected });
  if (field.kind === "number") input.inputMode = "decimal";
  const more = [];
  input.addEventListener("input", () => {
    more.forEach((each) => (each.value = each.type === "color" ? hex(input.value) : input.value));
    changed(input.value);
  });
  const also = (properties) => {
    const other = el("input", properties);
    other.setAttribute("aria-label", `${field.name}, ${properties.type === "range" ? "by sliding" : "by picking"}`);
    other.addEventListener("input", () => {
      input.value = properties.type === "color" ? other.value.slice(1) : other.value;
      changed(input.value);
    });
    more.push(other);
  };
  if (field.kind === "color") also({ type: "color", value: hex(value) });
  if (field.low !== null && field.high !== null) {
    const step = field.high - field.low > 2 ? 1 : 0.01;
    also({ type: "range", min: field.low, max: field.high, step, value: value || field.low });
  }
  return [input, ...more];
}

function hex(value) {
  if (/^[0-9a-f]{6}$/i.test(value)) return `#${value}`;
  return /^[0-9a-f]{3}$/i.test(value) ? `#${[...value].map((each) => each + each).join("")}` : "#000000";
}
