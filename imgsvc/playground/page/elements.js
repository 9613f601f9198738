// Elements are made here, of text and never of markup: names and URLs are strangers' words.

export const byId = (id) => document.getElementById(id);

/** An element with properties, and children that are elements or text. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("aria-") || name === "role" || name === "for" || name === "list") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

/** A sentence whose words in backquotes are code. */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));
}

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(count < 1e4 ? 1 : 0)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

/** "WebP" for image/webp. */
export function format(type) {
  const words = { "image/jpeg": "JPEG", "image/webp": "WebP", "image/svg+xml": "SVG", "image/jxl": "JPEG XL" };
  return words[type] ?? type.replace("image/", "").toUpperCase();
}

let count = 0;
export const unique = (name) => `${name}-${(count += 1)}`;
