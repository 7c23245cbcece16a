// book_page.js - put at the end of a copy of every page of the book by
// book_page.sh: looks at the page as the browser laid it out, and tells the
// page around it what is wrong, a line each. `errors` and `expected` are there.
"use strict";
addEventListener("load", () => {
  const wrong = [...errors];
  const must = (holds, text) => holds || wrong.push(text);
  const all = (selector, within = document) =>
    [...within.querySelectorAll(selector)];
  const name = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);

  // The page.
  must(innerWidth === expected.width, `it is ${innerWidth} pixels wide`);
  must(document.documentElement.scrollWidth <= innerWidth,
    `it is ${document.documentElement.scrollWidth} wide: it scrolls`);
  must(all("h1").length === 1 && document.title, "no title");

  // Every picture is there, and is drawn.
  for (const image of all("img")) {
    must(image.complete && image.naturalWidth > 0, `not loaded: ${image.src}`);
    must(image.alt.trim(), `no words for ${image.src}`);
    must(image.getBoundingClientRect().width >= 200, `small: ${image.src}`);
  }

  // Nothing sticks out but what stands in a box that scrolls; that can be
  // reached with the keys.
  const scrolls = (element) =>
    ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  for (const element of all("main *")) {
    const box = element.getBoundingClientRect();
    const inner = element.closest("pre, .wide, figure");
    if (!inner)
      must(box.right <= innerWidth + 1,
        `sticks out: ${element.tagName} ${name(element.textContent)}`);
    else if (inner === element && element.scrollWidth > element.clientWidth + 1)
      must(scrolls(element) &&
        (element.tabIndex === 0 || element.querySelector("a")),
        `cannot be moved: ${name(element.textContent)}`);
  }

  // No comment of the Markdown is shown, and no Markdown that was not read.
  for (const element of all("main p, main li, main td, main h2, main h3")) {
    const words = element.cloneNode(true);
    all("code", words).forEach((code) => code.remove());
    must(!/<!--|-->|\]\(|^#+ |^```/.test(words.textContent),
      `raw: ${name(words.textContent)}`);
  }

  // Its place in the contents, and the ways on from there.
  const chapters = all("#contents > ol > li > a");
  const here = chapters.findIndex((a) => a.hasAttribute("aria-current"));
  must(chapters.length > 0, "no contents");
  if (here >= 0)
    for (const [way, at] of [["prev", here - 1], ["next", here + 1]]) {
      const links = all(`main .turn a[rel=${way}]`);
      must(links.length === (chapters[at] ? 2 : 0) &&
        links.every((a) => a.href === chapters[at].href),
        `${way} does not lead to ${chapters[at]?.textContent}`);
    }
  const shown = (selector) => all(selector).some((element) =>
    element.getBoundingClientRect().width > 0);
  must(shown("header a[href='#contents']") === expected.width < 992,
    "the way to the contents");

  // Text can be read: 4.5 to 1, of each kind once.
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
      const s = part / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return element.parentElement && /, 0\)$/.test(colour) ?
      paper(element.parentElement) : colour;
  };
  const seen = new Set();
  for (const element of all("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 &&
        node.data.trim()) || element.matches("script, style"))
      continue;
    const [ink, on] = [getComputedStyle(element).color, paper(element)];
    if (seen.has(ink + on))
      continue;
    seen.add(ink + on);
    const [dark, bright] = [light(ink), light(on)].sort((a, b) => a - b);
    must((bright + 0.05) / (dark + 0.05) >= 4.5,
      `hard to read: ${element.tagName}.${element.className}, ${ink} on ${on}`);
  }
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  must(isDark === expected.dark &&
    light(paper(document.body)) < 0.2 === isDark, "light and dark mixed up");

  parent.postMessage([expected.page, ...new Set(wrong)], "*");
});
