// What a landing page's own scripts do: show something late, and tell of a form that was sent.
"use strict";

document.getElementById("toon").addEventListener("click", () => {
  const line = document.createElement("p");
  const link = document.createElement("a");
  link.href = "tel:+31200199100";
  link.textContent = "020-0199100";
  line.append("Lekkage? Bel direct ", link);
  document.getElementById("spoed").replaceChildren(line);
});

document.getElementById("terug").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, phone } = Object.fromEntries(new FormData(event.target));
  const isTold = await window.calltrack?.lead({ form: "terugbellen", name, phone });
  document.getElementById("bedankt").textContent =
    isTold ? "Bedankt, wij bellen u." : "Bel ons gerust: dit formulier kwam niet aan.";
});
