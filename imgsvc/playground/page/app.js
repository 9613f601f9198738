// Brings the parts together: whatever changes, the server says what URL that is, and makes its picture.
import { About } from "./about.js";
import { RefusedError, Trouble, call, drop, picture, remember } from "./api.js";
import { Compare } from "./compare.js";
import { Copying } from "./copy.js";
import { byId, el } from "./elements.js";
import { Form } from "./form.js";
import { View, shown } from "./view.js";

const PAUSE = 80;
const LAST = "imgsvc-url";
const NO_PLAN = { lines: [], on_source: [], on_result: [] };

let told, form, view, copying, compare, about;
let wish = { uses: [], source: "", extension: "", base64: false };
let controller = new AbortController();
let timer = 0;
let sourceShown = "";

async function begin() {
  try {
    told = await call("form");
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    byId("gate").hidden = false;
    byId("reason").textContent = error.message;
    byId("unlock").hidden = !error.needsSecret;
    if (error.needsSecret) byId("secret").focus();
    return;
  }
  byId("gate").hidden = true;
  byId("app").hidden = false;
  byId("version").textContent = told.version;
  form = new Form(told, (uses) => changed({ uses }));
  view = new View((x, y) => form.put(["g", "fp", x, y].join(told.separator)));
  copying = new Copying(told.host);
  about = new About(told.host);
  compare = new Compare(told, () => wish, (wanted) => take(wanted));
  byId("extension").append(...["", ...told.formats].map((word) => el("option", { value: word }, word || "as the source, or negotiated")));
  listen();
  acceptDrops();
  offerSamples();
  // Of this tab alone: a link from elsewhere has nothing fetched here.
  const pasted = sessionStorage.getItem(LAST);
  await (pasted ? read(pasted) : take(first()));
  // After what is looked at first.
  for (const button of byId("samples").querySelectorAll("button")) thumbnail(button);
}

function first() {
  const square = ["rs", "fill", 400, 400].join(told.separator);
  return { uses: told.only_presets ? [] : [square], source: told.samples[0] ?? "", extension: "webp", base64: false };
}

function listen() {
  byId("address").addEventListener("submit", (event) => {
    event.preventDefault();
    read(byId("url").value);
  });
  byId("url").addEventListener("input", () => later(() => read(byId("url").value)));
  byId("source").addEventListener("input", () => changed({ source: byId("source").value, encrypted: false }));
  byId("extension").addEventListener("change", () => changed({ extension: byId("extension").value }));
  byId("base64").addEventListener("change", () => changed({ base64: byId("base64").checked }));
  byId("accept").addEventListener("change", () => changed({}));
  byId("shorten").addEventListener("click", () => attempt(async (signal) => fill(await call("shorten", wish, signal))));
  byId("focus").addEventListener("click", () => form.put(["g", "fp", 0.5, 0.5].join(told.separator)));
  byId("views").addEventListener("change", (event) => {
    for (const each of ["beside", "slider", "compare"]) byId(each).hidden = each !== event.target.value;
    view.draw();
  });
}

function offerSamples() {
  byId("samples").replaceChildren(...told.samples.map((source) => sample(source, source.split("/").at(-1))));
}

function sample(source, name) {
  const choose = () => changed({ source, encrypted: false });
  const button = el("button", { type: "button", title: name, onclick: choose }, el("span", {}, name));
  button.dataset.source = source;
  return el("li", {}, button);
}

/** Files of this machine, which the playground keeps for an hour. */
async function keep(files) {
  for (const file of files) {
    byId("dropped").textContent = `${file.name} is being read`;
    try {
      if (file.size > told.most_bytes) throw new Trouble({ text: `${file.name} has more than ${told.most_bytes >> 20} MB.` });
      const source = await drop(file);
      byId("dropped").textContent = `${file.name} is kept for an hour`;
      const known = [...byId("samples").querySelectorAll("button")].find((each) => each.dataset.source === source);
      const item = known?.parentElement ?? sample(source, file.name);
      byId("samples").append(item);
      await take({ ...wish, source, encrypted: false });
      if (!known) thumbnail(item.firstElementChild);
    } catch (error) {
      byId("dropped").textContent = "";
      complain(error);
    }
  }
}

function acceptDrops() {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const hover = (isOver) => document.body.classList.toggle("hovered", isOver);
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hover(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || hover(false));
  addEventListener("drop", (event) => {
    hover(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    keep(event.dataTransfer.files);
  });
  byId("file").addEventListener("change", () => keep(byId("file").files));
}

async function thumbnail(button) {
  try {
    const uses = told.only_presets ? [] : [["rs", "fill", 96, 72].join(told.separator)];
    const small = { uses, source: button.dataset.source, extension: "webp", base64: false };
    const image = await shown((await picture(await call("write", small), "")).blob, "");
    if (image) button.prepend(image);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
  }
}

/** The form was changed: the URL follows. */
function changed(part) {
  wish = { ...wish, ...part };
  later(() => attempt(async (signal) => fill(await call("write", wish, signal))));
}

/** All of it at once. */
function take(wanted) {
  wish = wanted;
  return attempt(async (signal) => fill(await call("write", wish, signal)));
}

/** The URL was changed: the form follows. */
function read(url) {
  return attempt(async (signal) => fill(await call("read", { url }, signal)));
}

function later(step) {
  clearTimeout(timer);
  timer = setTimeout(step, PAUSE);
}

/** Whatever was begun before is given up, here and by the server. */
async function attempt(step) {
  clearTimeout(timer);
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  document.body.dataset.state = "busy";
  try {
    const written = await step(signal);
    await Promise.all([makePicture(written, signal), showSource(written, signal), copying.show(wish, signal), about.show(written)]);
    if (!signal.aborted) document.body.dataset.state = "done";
  } catch (error) {
    if (signal.aborted) return;
    complain(error);
    document.body.dataset.state = "failed";
  }
}

function fill(written) {
  if (written.uses) {
    const { uses, source, extension, base64, encrypted } = written;
    wish = { uses, source, extension, base64, encrypted };
  }
  form.show(wish.uses);
  setUnlessTyped("source", wish.source);
  setUnlessTyped("url", `${told.host}${written.shown}`);
  const extension = byId("extension");
  if (![...extension.options].some((each) => each.value === wish.extension)) extension.append(el("option", { value: wish.extension }, wish.extension));
  extension.value = wish.extension;
  byId("base64").checked = wish.base64;
  sessionStorage.setItem(LAST, written.shown);
  for (const each of byId("samples").querySelectorAll("button")) each.setAttribute("aria-pressed", String(each.dataset.source === wish.source));
  return written;
}

function setUnlessTyped(id, text) {
  if (document.activeElement !== byId(id)) byId(id).value = text;
}

async function makePicture(written, signal) {
  const accept = byId("accept").value;
  const plan = call("explain", { target: written.target, accept, dropped: written.dropped }, signal).catch((error) => error);
  try {
    const found = await picture(written, accept, signal);
    const image = await shown(found.blob, `Result: ${written.meaning.join(", ") || "no options"}`);
    const planned = await plan;
    if (signal.aborted) return;
    byId("trouble").hidden = true;
    showPlan(planned instanceof Error ? NO_PLAN : planned);
    view.setResult(found, image);
  } catch (error) {
    const why = await plan;
    // The server's own words are for strangers; the plan's error is for whoever runs it.
    throw why instanceof Trouble && error instanceof Trouble && error.status >= 400 ? why : error;
  }
}

function showPlan(plan) {
  byId("plan").replaceChildren(...plan.lines.flatMap(([subject, statement]) => [el("dt", {}, subject), el("dd", {}, statement)]));
  view.setPlan(plan);
  view.setFocus(focusOf(wish.uses));
}

function focusOf(uses) {
  const use = uses.map((each) => each.split(told.separator)).findLast(([name, type]) => ["g", "gravity"].includes(name) && type === "fp");
  const numbers = use?.slice(2, 4).map(Number);
  return numbers?.length === 2 && numbers.every(Number.isFinite) ? numbers : null;
}

async function showSource(written, signal) {
  const key = written.source_picture + written.source_target;
  if (key === sourceShown) return;
  const { dropped } = written;
  try {
    const found = written.source_target ? await picture({ target: written.source_target, dropped }, "", signal) : null;
    let image = found && (await shown(found.blob, "Source"));
    const isMade = !image && written.source_picture;
    if (isMade) image = await shown((await picture({ target: written.source_picture, dropped }, "", signal)).blob, "Source");
    if (signal.aborted) return;
    view.setSource(found, image, isMade ? "shown as WebP" : "");
    sourceShown = key;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    view.setSource(null, null);
    sourceShown = "";
  }
}

function complain(error) {
  if (error instanceof RefusedError) {
    location.reload();
    return;
  }
  const title = [error.error, error.status].filter(Boolean).join(", ") || "The playground does not answer";
  byId("trouble").replaceChildren(...[title && el("b", {}, title), el("p", {}, error.message), error.remedy && el("p", {}, error.remedy)].filter(Boolean));
  byId("trouble").hidden = false;
  view?.clearResult();
}

byId("unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  remember(byId("secret").value);
  byId("secret").value = "";
  begin();
});
begin();
