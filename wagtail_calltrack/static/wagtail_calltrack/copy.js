/* Copies a text: buttons with data-copy, the id of what they copy. Without a clipboard none is shown. */
(() => {
  const show = () => {
    for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const text = document.getElementById(button.dataset.copy).textContent;
        await navigator.clipboard.writeText(text);
        button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
      });
    }
  };
  // Wagtail loads the scripts of a form's panels before the form itself is there.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
  else show();
})();
