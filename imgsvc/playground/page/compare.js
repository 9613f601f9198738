// The same picture in several formats and qualities: bytes, and how like the picture without loss each is (SSIM).
import { call, picture } from "./api.js";
import { byId, bytes, el } from "./elements.js";
import { release, shown } from "./view.js";

const LOSSY = new Set(["avif", "webp", "jpg", "jxl"]);
const MOST = 16;
const MOST_PIXELS = 4e6;
const BLOCK = 8;

export class Compare {
  /** `wish` gives what to compare, `use` takes what somebody chose. */
  constructor(told, wish, use) {
    Object.assign(this, { told, wish, use });
    const offered = told.formats.filter((each) => each === "png" || LOSSY.has(each));
    for (const word of offered) {
      const box = el("input", { type: "checkbox", value: word, checked: word !== "png" && word !== "jxl" });
      byId("compare-formats").append(el("label", { class: "check" }, box, ` ${word}`));
    }
    byId("compare-start").addEventListener("click", () => this.start());
  }

  stop() {
    this.controller?.abort();
  }

  async start() {
    this.stop();
    const { signal } = (this.controller = new AbortController());
    byId("tiles").querySelectorAll("img").forEach(release);
    byId("tiles").replaceChildren();
    const variants = this.variants();
    try {
      const reference = await this.pixels(await this.made({ word: this.told.lossless }, signal));
      for (const [index, variant] of variants.entries()) {
        say(`${index + 1} of ${variants.length}`);
        await this.tile(variant, reference, signal);
      }
      say(reference ? "SSIM 1 is the picture without loss; the fewest bytes come first." : "Too large for SSIM here.");
    } catch (error) {
      if (error.name !== "AbortError") say(`It cannot be made: ${error.message}`);
    }
  }

  variants() {
    const words = [...byId("compare-formats").querySelectorAll("input:checked")].map((each) => each.value);
    const qualities = byId("qualities").value.split(/[\s,;]+/).filter((each) => /^\d{1,3}$/.test(each) && Number(each) <= 100);
    const each = (word) => (LOSSY.has(word) && qualities.length ? qualities.map((quality) => ({ word, quality })) : [{ word }]);
    return words.flatMap(each).slice(0, MOST);
  }

  wanted({ word, quality }) {
    const wish = this.wish();
    const more = quality === undefined ? [] : [`q${this.told.separator}${quality}`];
    return { ...wish, uses: [...wish.uses, ...more], extension: word };
  }

  async made(variant, signal) {
    const written = await call("write", this.wanted(variant), signal);
    return picture(written, "", signal);
  }

  async tile(variant, reference, signal) {
    const found = await this.made(variant, signal);
    const title = `${variant.word}${variant.quality === undefined ? "" : ` at ${variant.quality}`}`;
    const image = await shown(found.blob, title);
    const likeness = reference && image ? ssim(reference, pixelsOf(image)) : null;
    const use = el("button", { type: "button", onclick: () => this.use(this.wanted(variant)) }, "Use");
    use.setAttribute("aria-label", `Use ${title}`);
    const facts = [bytes(found.blob.size), likeness === null ? "not shown here" : `SSIM ${likeness.toFixed(4)}`, `${found.milliseconds.toFixed(0)}\u00a0ms`].map((each) => each.replaceAll(" ", "\u00a0"));
    const tile = el("li", {}, image, el("div", { class: "head" }, el("b", {}, title), use), el("p", { class: "quiet" }, facts.join(" · ")));
    tile.dataset.bytes = found.blob.size;
    const after = [...byId("tiles").children].find((each) => Number(each.dataset.bytes) > found.blob.size);
    byId("tiles").insertBefore(tile, after ?? null);
  }

  async pixels(found) {
    const image = await shown(found.blob, "");
    const pixels = image && pixelsOf(image);
    release(image);
    return pixels;
  }
}

function say(text) {
  byId("compare-status").textContent = text;
}

function pixelsOf(image) {
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  if (!width || width * height > MOST_PIXELS) return null;
  const canvas = el("canvas", { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const luma = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i += 1) luma[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  return { width, height, luma };
}

/** The mean over blocks of the structural similarity of luma (Wang et al., 2004); null for different sizes. */
export function ssim(a, b) {
  if (!a || !b || a.width !== b.width || a.height !== b.height) return null;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  const side = [Math.min(BLOCK, a.width), Math.min(BLOCK, a.height)];
  let [sum, count] = [0, 0];
  for (let top = 0; top + side[1] <= a.height; top += 4) {
    for (let left = 0; left + side[0] <= a.width; left += 4) {
      let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
      for (let y = top; y < top + side[1]; y += 1) {
        for (let i = y * a.width + left; i < y * a.width + left + side[0]; i += 1) {
          const [p, q] = [a.luma[i], b.luma[i]];
          sa += p;
          sb += q;
          saa += p * p;
          sbb += q * q;
          sab += p * q;
        }
      }
      const n = side[0] * side[1];
      const [ma, mb] = [sa / n, sb / n];
      const [va, vb, vab] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
      sum += ((2 * ma * mb + c1) * (2 * vab + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
      count += 1;
    }
  }
  return sum / count;
}
