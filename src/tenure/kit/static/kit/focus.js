// The error summary takes the focus: after a whole page, and after htmx has put one in.
const focusSummary = () => document.querySelector(".summary[tabindex]")?.focus();
document.addEventListener("DOMContentLoaded", focusSummary);
document.addEventListener("htmx:afterSettle", focusSummary);
