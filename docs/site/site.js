"use strict";
(() => {
  const top = document.currentScript.dataset.top;
  const { documentElement: root } = document;
  root.classList.add("js");

  // The pages, on a small screen.
  const menu = document.getElementById("site-menu");
  const pages = document.getElementById("site-pages");
  menu.hidden = false;
  menu.addEventListener("click", () => {
    const isOpen = pages.classList.toggle("open");
    menu.setAttribute("aria-expanded", String(isOpen));
  });
  const current = pages.querySelector("[aria-current]");
  if (current && current.offsetTop > pages.clientHeight) pages.scrollTop = current.offsetTop - pages.clientHeight / 2;

  // A link to each heading, and a button on each piece of code.
  for (const heading of document.querySelectorAll("main h2[id], main h3[id]")) {
    const link = document.createElement("a");
    link.className = "here";
    link.href = `#${heading.id}`;
    link.textContent = "#";
    link.setAttribute("aria-label", `Link to ${heading.textContent}`);
    heading.append(link);
  }
  for (const code of document.querySelectorAll("pre > code")) {
    code.tabIndex = 0;
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    code.parentNode.append(button);
  }

  // The search: its index is loaded when it is wanted.
  const field = document.getElementById("site-search");
  const found = document.getElementById("site-found");
  field.closest(".search").hidden = false;
  let loading = null;
  const index = () =>
    (loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${top}assets/search.js`;
      script.addEventListener("load", () => resolve(window.searchIndex));
      document.head.append(script);
    }));

  const score = (words, [place, , heading, text]) => {
    const title = heading.toLowerCase();
    const body = text.toLowerCase();
    let sum = 0;
    for (const word of words) {
      const inTitle = title.includes(word);
      if (!inTitle && !body.includes(word)) return 0;
      sum += inTitle ? (title === word ? 40 : title.startsWith(word) ? 20 : 10) : 1;
    }
    return sum - (place.startsWith("decisions/") || place.startsWith("project/") ? 0.5 : 0);
  };

  const marked = (text, words) => {
    const piece = document.createDocumentFragment();
    const lower = text.toLowerCase();
    let at = 0;
    while (at < text.length) {
      const next = words.map((word) => [lower.indexOf(word, at), word]).filter(([place]) => place >= 0);
      if (!next.length) break;
      const [place, word] = next.sort((a, b) => a[0] - b[0])[0];
      const mark = document.createElement("mark");
      mark.textContent = text.slice(place, place + word.length);
      piece.append(text.slice(at, place), mark);
      at = place + word.length;
    }
    piece.append(text.slice(at));
    return piece;
  };

  const excerpt = (text, words) => {
    const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0);
    const begin = Math.max(0, Math.min(...(places.length ? places : [0])) - 50);
    return `${begin ? "… " : ""}${text.slice(begin, begin + 150)}${text.length > begin + 150 ? " …" : ""}`;
  };

  const entry = (words, [place, anchor, heading, text], number) => {
    const item = document.createElement("li");
    item.id = `site-found-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const link = document.createElement("a");
    link.href = `${top}${place}#${anchor}`;
    link.tabIndex = -1;
    const title = document.createElement("b");
    title.append(marked(heading, words));
    const small = document.createElement("small");
    small.append(`${place.replace(/\.html$/, "")}: `, marked(excerpt(text, words), words));
    link.append(title, small);
    item.append(link);
    return item;
  };

  const choose = (step) => {
    const items = [...found.querySelectorAll("[role=option]")];
    if (!items.length) return;
    const before = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const place = (before + step + items.length) % items.length;
    for (const [number, item] of items.entries()) item.setAttribute("aria-selected", String(number === place));
    items[place].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", items[place].id);
  };

  const show = (isShown) => {
    found.hidden = !isShown;
    field.setAttribute("aria-expanded", String(isShown));
    field.removeAttribute("aria-activedescendant");
  };

  const search = async () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return show(false);
    const all = await index();
    const best = all
      .map((section) => [score(words, section), section])
      .filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0])
      .slice(0, 12);
    const none = document.createElement("li");
    none.className = "none";
    none.textContent = "Nothing was found.";
    found.replaceChildren(...(best.length ? best.map(([, section], number) => entry(words, section, number)) : [none]));
    show(true);
  };

  field.addEventListener("focus", index);
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      (found.querySelector("[aria-selected=true] a") ?? found.querySelector("a"))?.click();
      show(false);
    } else if (event.key === "Escape") {
      show(false);
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) show(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      field.focus();
    }
  });
})();
