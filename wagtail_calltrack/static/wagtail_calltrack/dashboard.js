/* Lets calls' times run: «since 14:03:12» is in the page, and how long that is stands behind it.
 *
 * The browser's clock may be wrong, so the moment that the server gives with each answer counts.
 * Nothing runs while the tab is hidden. A screen reader is not told of seconds.
 */
(() => {
  const board = document.querySelector("[data-calltrack-live]");
  let ahead = 0;

  const two = (count) => String(count).padStart(2, "0");

  const span = (seconds) => {
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    return hours
      ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
      : `${minutes}:${two(seconds % 60)}`;
  };

  const tick = () => {
    if (document.hidden) {
      return;
    }
    for (const element of board.querySelectorAll("[data-since]")) {
      const passed = Date.now() - ahead - Date.parse(element.dataset.since);
      element.textContent = span(Math.max(0, Math.floor(passed / 1000)));
    }
  };

  board.addEventListener("calltrack:answered", (event) => {
    const served = Date.parse(event.detail.date || "");
    if (served) {
      ahead = Date.now() - served;
    }
    tick();
  });
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, 1000);
  tick();
})();
