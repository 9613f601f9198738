// What the page asks of its server. Everything goes to where the page came from.

const MARK = "X-Imgsvc-Playground";
const SECRET = "imgsvc-secret";

/** The page may not be used: `needsSecret` where the secret would help. */
export class RefusedError extends Error {
  constructor(reason, needsSecret) {
    super(reason);
    this.needsSecret = needsSecret;
  }
}

/** An error as the operator reads it. */
export class Trouble extends Error {
  constructor({ error, status, text, remedy }) {
    super(text);
    Object.assign(this, { error, status, text, remedy });
  }
}

export function remember(secret) {
  sessionStorage.setItem(SECRET, secret);
}

function headers(more) {
  const secret = sessionStorage.getItem(SECRET);
  const found = { [MARK]: "1", ...more };
  // A header holds bytes, and those of the secret are UTF-8.
  if (secret) found.Authorization = `Bearer ${String.fromCharCode(...new TextEncoder().encode(secret))}`;
  return found;
}

async function post(name, body, type, signal) {
  const answer = await fetch(`api/${name}`, { method: "POST", headers: headers({ "Content-Type": type }), body, signal });
  if (answer.status === 401 || answer.status === 403) {
    const told = await answer.clone().json().catch(() => ({}));
    if (told.refused) throw new RefusedError(told.refused, told.needs_secret);
  }
  return answer;
}

/** Calls by name; an error in the answer is thrown as Trouble. */
export async function call(name, asked = {}, signal = undefined) {
  const answer = await post(name, JSON.stringify(asked), "application/json", signal);
  const told = await answer.json();
  if ("remedy" in told) throw new Trouble(told);
  return told;
}

/** Keep a file of this machine for an hour; gives its source URL. */
export async function drop(file) {
  const answer = await post("drop", file, "application/octet-stream");
  const told = await answer.json();
  if ("remedy" in told) throw new Trouble(told);
  return told.source;
}

/** A picture of the main server's, or of that of dropped files; one that it does not make has a status and its words. */
export async function picture({ target, dropped = false }, accept, signal) {
  const began = performance.now();
  const answer = await post("picture", JSON.stringify({ target, accept, dropped }), "application/json", signal);
  const blob = await answer.blob();
  const milliseconds = performance.now() - began;
  const type = (answer.headers.get("Content-Type") ?? "").split(";")[0];
  if (!answer.headers.has("X-Imgsvc-Picture")) throw new Trouble(JSON.parse(await blob.text()));
  return { blob, type, milliseconds };
}
