// Single keys of the desk: each presses the button, follows the link or enters the field that carries it as data-key.
// Off where the page has no data-keys, with Ctrl, Alt or Meta, and while somebody types.
const isOn = () => document.querySelector("[data-keys]") !== null;
const isTyping = (place) => place.closest("input, textarea, select, [contenteditable]") !== null;
const links = () => [...document.querySelectorAll(".queue tr[data-row] th a")];
const isNarrow = () => matchMedia("(width < 78rem)").matches;

function choose(link) {
  document.querySelectorAll(".queue tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
  link.closest("tr").setAttribute("aria-current", "true");
  link.scrollIntoView({ block: "nearest" });
  htmx.ajax("GET", link.href, { source: "#panel", target: "#panel", swap: "outerHTML" });
  history.replaceState(null, "", link.href);
}

function move(step) {
  const all = links();
  const here = all.findIndex((link) => link.closest("tr").hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  next.focus();
  if (!isNarrow()) choose(next);
}

function press(key) {
  const place = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!place) return false;
  const drawer = place.closest("details");
  if (drawer) drawer.open = true;
  if (place.matches("input, textarea, select")) place.focus();
  else place.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step && links().length) move(step);
  else if (!press(event.key)) return;
  event.preventDefault();
});

// A click in the list fills the panel; where there is no room for one it opens the case.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".queue tr[data-row] th a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (isNarrow()) location.assign(link.dataset.open);
  else choose(link);
});

// The list comes anew while the panel stays: the row of the panel is marked again.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "list") return;
  const number = document.querySelector("#panel .number")?.textContent;
  const link = links().find((each) => each.id === `case-${number}`);
  document.querySelectorAll(".queue tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
  link?.closest("tr").setAttribute("aria-current", "true");
});

// An address that ends in a field leads into it, also where it is folded away.
document.addEventListener("DOMContentLoaded", () => {
  const field = location.hash && document.getElementById(location.hash.slice(1));
  if (!field || !field.matches("textarea, select")) return;
  const drawer = field.closest("details");
  if (drawer) drawer.open = true;
  field.focus();
});
