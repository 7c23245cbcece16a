// report_page.js - put at the end of a copy of the report by report_page.sh,
// which has set `expected` and `errors` before: looks at the page as the
// browser laid it out, and tells the page around it what is wrong, a line each.
"use strict";
(() => {
  const wrong = [...errors];
  const must = (holds, text) => holds || wrong.push(text);
  const all = (selector, within = document) =>
    [...within.querySelectorAll(selector)];
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  // The page.
  must(innerWidth === expected.width, `it is ${innerWidth} pixels wide`);
  must(document.documentElement.scrollWidth <= innerWidth,
    `the page is ${document.documentElement.scrollWidth} wide: it scrolls`);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const [red] = getComputedStyle(document.body).backgroundColor.match(/\d+/g);
  must(dark === expected.dark && red < 128 === dark, "light and dark mixed up");

  // The tables: their rows, and no text but in its own cell.
  const tables = all("table");
  must(tables.length === 2, `${tables.length} tables`);
  for (const table of tables) {
    const names = all("tbody th", table).map((th) => th.textContent);
    must(names.join() === expected.entrants.join(),
      `${table.caption.textContent}: ${names}`);
    for (const cell of all("td, th", table))
      must(cell.scrollWidth <= cell.offsetWidth + 1,
        `${table.caption.textContent}: no room for ${cell.textContent}`);
  }

  // The plots: drawn, with their stages, and no text cut off at an edge.
  const figures = all("figure");
  must(figures.map((f) => f.id).sort().join() ===
    Object.keys(expected.plots).sort().join(), "other plots than there are");
  for (const figure of figures) {
    const svg = figure.querySelector("svg");
    const paper = svg.getBoundingClientRect();
    const texts = all("text", svg).filter((t) => t.textContent.trim());
    must(paper.width > 250 && paper.height > 100, `${figure.id}: no drawing`);
    for (const stage of expected.plots[figure.id] ?? [])
      must(texts.some((t) => t.textContent.includes(stage)),
        `${figure.id}: no ${stage}`);
    for (const text of texts) {
      const box = text.getBoundingClientRect();
      must(box.left >= paper.left - 1 && box.right <= paper.right + 1 &&
           box.top >= paper.top - 1 && box.bottom <= paper.bottom + 1,
        `${figure.id}: cut off: ${text.textContent}`);
    }
  }

  // The timeline: its pages, and what they say when gone to.
  const rows = all(".timeline li");
  must(rows.length === expected.pages, `${rows.length} pages in the timeline`);
  for (const list of all(".timeline ol"))
    must(all("[tabindex='0']", list).length === 1, "many stops for Tab");
  for (const row of rows) {
    const tip = row.querySelector(".tip");
    row.focus({ preventScroll: true });
    const box = tip.getBoundingClientRect();
    must(getComputedStyle(tip).opacity === "1", "words that are not shown");
    must(box.left >= 0 && box.right <= innerWidth, "words off the screen");
    must(row.classList.contains("same"), "a page that is not marked");
  }
  if (rows.length > 1) {
    rows[0].focus();
    press("ArrowDown");
    must(document.activeElement === rows[1], "the arrow does not go down");
    press("Home");
    must(document.activeElement === rows[0], "Home does not go to the first");
    press("Escape");
    must(getComputedStyle(rows[0].querySelector(".tip")).opacity === "0",
      "Escape does not hide");
  }

  parent.postMessage(["", ...new Set(wrong), "done", ""].join("\n"), "*");
})();
