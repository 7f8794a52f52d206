// Says "Nu geopend" on a vestiging's page while it is open. Without this script nothing is missing.
"use strict";

(() => {
  const data = document.getElementById("vestiging");
  const sign = document.querySelector(".open-now");
  if (!data || !sign) return;

  const { opent, sluit } = JSON.parse(data.textContent);
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Amsterdam",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date());
  const part = (type) => parts.find((found) => found.type === type).value;
  const now = `${part("hour")}:${part("minute")}`;

  const isWeekend = ["Sat", "Sun"].includes(part("weekday"));
  sign.hidden = isWeekend || now < opent || now >= sluit;
})();
