// The error summary takes the focus: after a whole page, and where htmx has put one in.
const focusSummary = (place) => place.querySelector(".summary[tabindex]")?.focus();
document.addEventListener("DOMContentLoaded", () => focusSummary(document));
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));
