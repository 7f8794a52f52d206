/* The test box in the campaign's form: asks with the form as it is typed, and shows the answer below.
 *
 * The box's own fields have no names until it asks: what is typed there is no change of the campaign,
 * and no reason to warn of unsaved changes. Without this file the button sends the form to a page of
 * its own.
 */
(function () {
  function setUp(box) {
    const fields = [...box.querySelectorAll("input, select")];
    const answer = box.querySelector("[data-calltrack-trial-answer]");
    const button = box.querySelector("[data-calltrack-trial-ask]");
    const form = box.closest("form");
    const names = new Map(fields.map((field) => [field, field.name]));
    fields.forEach((field) => field.removeAttribute("name"));
    button.type = "button";

    async function ask() {
      const data = new FormData(form);
      names.forEach((name, field) => data.set(name, field.value));
      button.disabled = true;
      try {
        const response = await fetch(box.dataset.url, {
          method: "POST",
          body: data,
          headers: { "X-Calltrack-Fragment": "1" },
        });
        if (!response.ok) throw new Error(response.status);
        answer.innerHTML = await response.text();
      } catch {
        answer.textContent = box.dataset.failed;
      } finally {
        button.disabled = false;
      }
    }

    button.addEventListener("click", ask);
    for (const field of fields) {
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault(); // else it would save the campaign
          ask();
        }
      });
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-calltrack-trial]").forEach(setUp);
  });
})();
