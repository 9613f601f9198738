// The source and the result: side by side, or one over the other; and where on them the plan's boxes lie.
import { byId, bytes, el, format } from "./elements.js";

const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const NAMES = { kept: "kept", crop: "crop", extend: "picture", "extend aspect ratio": "picture", padding: "inside the padding" };

/** A picture of a blob, once it can be shown; null where this browser cannot. */
export async function shown(blob, alt) {
  const image = el("img", { alt, src: URL.createObjectURL(blob) });
  try {
    await image.decode();
    return image;
  } catch {
    // An animation that is damaged, and some SVG, can be shown all the same.
    if (image.complete && image.naturalWidth) return image;
    release(image);
    return null;
  }
}

export function release(image) {
  if (image) URL.revokeObjectURL(image.src);
}

export class View {
  /** `focused` is told where on the source somebody points, as shares of its sides. */
  constructor(focused) {
    this.focused = focused;
    this.source = this.result = null;
    this.plan = { on_source: [], on_result: [] };
    this.focus = null;
    byId("boxes").addEventListener("change", () => this.draw());
    byId("share").addEventListener("input", () => this.slide());
    byId("source-sheet").addEventListener("click", (event) => this.point(event));
  }

  setSource(found, image, note = "") {
    release(this.source?.image);
    this.source = image && { ...found, image };
    const facts = [found && `${format(found.type)}, ${bytes(found.blob.size)}`, image && `${image.naturalWidth} × ${image.naturalHeight}`];
    byId("source-facts").textContent = [...facts.reverse(), note].filter(Boolean).join(", ");
    this.draw();
  }

  setResult(found, image) {
    release(this.result?.image);
    this.result = { ...found, image };
    const size = image ? `${image.naturalWidth} × ${image.naturalHeight}, ` : "";
    const isText = found.type.startsWith("text/");
    byId("result-facts").textContent = `${size}${isText ? "text" : format(found.type)}, ${bytes(found.blob.size)}, ${found.milliseconds.toFixed(0)} ms`;
    this.draw();
  }

  setPlan(plan) {
    this.plan = plan;
    this.draw();
  }

  clearResult() {
    release(this.result?.image);
    this.result = null;
    byId("result-facts").textContent = "";
    this.draw();
  }

  setFocus(focus) {
    this.focus = focus;
    this.draw();
  }

  draw() {
    const withBoxes = byId("boxes").checked;
    const source = this.source?.image;
    const boxes = withBoxes ? this.plan.on_source.map(box) : [];
    byId("source-sheet").replaceChildren(...(source ? [source, ...boxes, ...this.cross()] : []));
    const result = this.result?.image ?? (this.result && this.words());
    const inner = withBoxes ? nested(this.plan.on_result).map(box) : [];
    byId("result-sheet").replaceChildren(...(result ? [result, ...inner] : []));
    byId("saved").textContent = this.saved();
    if (!byId("slider").hidden) this.overlay();
  }

  saved() {
    if (!this.source?.blob || !this.result) return "";
    const share = 1 - this.result.blob.size / this.source.blob.size;
    return share >= 0 ? `${(share * 100).toFixed(0)} % fewer bytes than the source` : `${(-share * 100).toFixed(0)} % more bytes than the source`;
  }

  words() {
    const shown = el("pre", { class: "words" }, "This browser cannot show it; it is there all the same.");
    if (this.result.type.startsWith("text/")) this.result.blob.text().then((text) => (shown.textContent = text));
    return shown;
  }

  /** The result, and over its left part what of the source it shows. */
  overlay() {
    const result = this.result?.image;
    const source = this.source?.image;
    if (!result || !source) {
      byId("slider-sheet").replaceChildren();
      return;
    }
    const below = el("img", { src: result.src, alt: "Result" });
    const above = el("img", { src: source.src, alt: "Source" });
    const kept = this.plan.on_source.at(-1) ?? WHOLE;
    const [width, height] = [kept.right - kept.left, kept.bottom - kept.top];
    const cover = el("div", { class: "cover" }, above);
    Object.assign(above.style, {
      width: `${100 / width}%`,
      height: `${100 / height}%`,
      left: `${(-100 * kept.left) / width}%`,
      top: `${(-100 * kept.top) / height}%`,
    });
    const window = el("div", { class: "window" }, cover);
    place(cover, nested(this.plan.on_result).at(-1) ?? WHOLE);
    byId("slider-sheet").replaceChildren(below, window, el("div", { class: "line" }));
    this.slide();
  }

  slide() {
    const share = byId("share").value;
    const [, window, line] = byId("slider-sheet").children;
    if (!window) return;
    window.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    line.style.left = `${share}%`;
  }

  cross() {
    if (!this.focus) return [];
    const [x, y] = this.focus;
    const button = el("button", { type: "button", class: "cross", onkeydown: (event) => this.nudge(event) });
    button.setAttribute("aria-label", `Focus point at ${x}, ${y}; the arrow keys move it`);
    Object.assign(button.style, { left: `${x * 100}%`, top: `${y * 100}%` });
    return [button];
  }

  nudge(event) {
    const steps = { ArrowLeft: [-0.02, 0], ArrowRight: [0.02, 0], ArrowUp: [0, -0.02], ArrowDown: [0, 0.02] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    this.focused(...this.focus.map((each, axis) => rounded(each + step[axis])));
    byId("source-sheet").querySelector(".cross")?.focus();
  }

  point(event) {
    if (!this.source || event.target.closest(".cross")) return;
    const area = this.source.image.getBoundingClientRect();
    this.focused(rounded((event.clientX - area.left) / area.width), rounded((event.clientY - area.top) / area.height));
  }
}

/** What was laid around last comes first; each lies in the one before it. */
function nested(boxes) {
  const found = [];
  for (const each of [...boxes].reverse()) found.push({ name: each.name, ...within(found.at(-1) ?? WHOLE, each) });
  return found;
}

const rounded = (share) => Math.min(1, Math.max(0, Math.round(share * 100) / 100));

function box(each) {
  const made = el("div", { class: `box ${each.name.split(" ")[0]}` }, el("span", {}, NAMES[each.name] ?? each.name));
  place(made, each);
  return made;
}

function place(element, { left, top, right, bottom }) {
  const percent = (share) => `${(share * 100).toFixed(3)}%`;
  Object.assign(element.style, { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) });
}

function within(outer, inner) {
  const [width, height] = [outer.right - outer.left, outer.bottom - outer.top];
  return {
    left: outer.left + inner.left * width,
    top: outer.top + inner.top * height,
    right: outer.left + inner.right * width,
    bottom: outer.top + inner.bottom * height,
  };
}
