/* Buttons that copy a number. Without this file the number can be selected with one click. */
(function () {
  for (const button of document.querySelectorAll("[data-calltrack-copy-button]")) {
    const text = button.parentElement.querySelector("[data-calltrack-copy-text]");
    const told = button.closest("[data-calltrack-copy]").querySelector("[data-calltrack-copy-told]");
    if (!navigator.clipboard) continue; // a browser gives it to pages over HTTPS only
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent.trim());
      const label = button.dataset.label || button.textContent;
      button.dataset.label = label;
      button.textContent = told.textContent = button.dataset.copied;
      setTimeout(() => {
        button.textContent = label;
        told.textContent = "";
      }, 2000);
    });
  }
})();
