// Offers to load the page again when something changed. The pages need no script.
"use strict";
(() => {
  const bar = document.getElementById("changed");
  const shown = Number(document.body.dataset.number);
  if (!bar || !("EventSource" in window)) return;
  const source = new EventSource("/events");
  source.addEventListener("changed", (event) => {
    if (Number(event.data) <= shown || !bar.hidden) return;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Show the newest";
    bar.replaceChildren("Something changed since this page was made. ", link);
    bar.hidden = false;
  });
  addEventListener("pagehide", () => source.close());
})();
