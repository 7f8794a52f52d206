/* Keeps a list, or several, up to date: asks for a fragment every two seconds, with the ETag of what
 * is shown.
 *
 * - Nothing is asked while the tab is hidden, or the reader has paused it.
 * - After an error it waits twice as long, up to a minute.
 * - Rows that say the same are left as they are, so focus and selection stay. A row that changed is
 *   replaced, and what had the focus gets it back; where the row is gone, the heading does.
 * - A screen reader is told of pauses and errors, and not of rows; of what the fragment itself has to
 *   tell (data-told), when that is another thing than before. When it has nothing to tell any more,
 *   what it told is taken away.
 */
(() => {
  const EVERY = 2000;
  const LONGEST = 60000;

  class LiveList {
    constructor(element) {
      this.element = element;
      this.words = element.dataset;
      this.results = element.querySelector("[data-results]");
      this.status = element.querySelector("[data-status]");
      this.button = element.querySelector("[data-pause]");
      this.pause = this.button.textContent;
      this.etag = "";
      this.told = this.results.querySelector("[data-told]")?.textContent ?? "";
      this.wait = EVERY;
      this.isPaused = false;
      this.timer = null;
    }

    start() {
      this.button.hidden = false;
      this.button.addEventListener("click", () => this.toggle());
      document.addEventListener("visibilitychange", () => this.plan(0));
      this.plan(EVERY);
    }

    toggle() {
      this.isPaused = !this.isPaused;
      this.button.textContent = this.isPaused ? this.button.dataset.goOn : this.pause;
      this.say(this.isPaused ? this.words.paused : this.words.running);
      this.wait = EVERY;
      this.plan(0);
    }

    plan(wait) {
      clearTimeout(this.timer);
      if (!this.isPaused && !document.hidden) {
        this.timer = setTimeout(() => this.ask(), wait);
      }
    }

    async ask() {
      try {
        const answer = await fetch(this.words.url, {
          headers: this.etag ? { "If-None-Match": this.etag } : {},
          cache: "no-store",
          credentials: "same-origin",
          redirect: "error",
        });
        if (answer.status === 200) {
          const body = await answer.text();
          if (!this.isPaused) {
            this.etag = answer.headers.get("ETag") || "";
            this.show(body);
          }
        } else if (answer.status !== 304) {
          throw new Error(`status ${answer.status}`);
        }
        if (this.wait !== EVERY) {
          this.say(this.words.running);
        }
        this.wait = EVERY;
        const detail = { date: answer.headers.get("Date") };
        this.element.dispatchEvent(new CustomEvent("calltrack:answered", { detail }));
      } catch {
        this.wait = Math.min(this.wait * 2, LONGEST);
        this.say(this.words.failing);
      }
      this.plan(this.wait);
    }

    say(text) {
      if (this.status.textContent !== text) {
        this.status.textContent = text;
      }
    }

    show(body) {
      const fresh = document.createElement("template");
      fresh.innerHTML = body;
      const focused = this.results.contains(document.activeElement) ? document.activeElement : null;
      for (const part of fresh.content.querySelectorAll("[data-part]")) {
        const old = this.results.querySelector(`[data-part="${part.dataset.part}"]`);
        if (old.innerHTML !== part.innerHTML) {
          old.replaceChildren(...part.childNodes);
        }
      }
      for (const table of this.results.querySelectorAll("[data-rows]")) {
        const rows = fresh.content.querySelector(`[data-rows="${table.dataset.rows}"]`);
        const region = table.closest("[role=region]");
        if (region) {
          region.hidden = rows.children.length === 0;
        }
        this.order(table, [...rows.children]);
      }
      this.tell(fresh.content.querySelector("[data-told]")?.textContent);
      this.focus(focused);
    }

    tell(text = "") {
      if (text !== this.told) {
        this.say(text);
      }
      this.told = text;
    }

    order(table, rows) {
      const known = new Map([...table.children].map((row) => [row.id, row]));
      const wanted = rows.map((row) => {
        const old = known.get(row.id);
        return old && old.innerHTML === row.innerHTML ? old : row;
      });
      const kept = new Set(wanted);
      for (const row of [...table.children]) {
        if (!kept.has(row)) {
          row.remove();
        }
      }
      let next = table.firstElementChild;
      for (const row of wanted) {
        if (row === next) {
          next = next.nextElementSibling;
        } else {
          table.insertBefore(row, next);
        }
      }
    }

    focus(focused) {
      if (!focused || focused.isConnected) {
        return;
      }
      const again = focused.id && document.getElementById(focused.id);
      if (!again) {
        this.say(this.words.gone);
      }
      (again || this.results.querySelector("[data-heading]")).focus({ preventScroll: true });
    }
  }

  for (const element of document.querySelectorAll("[data-calltrack-live]")) {
    new LiveList(element).start();
  }
})();
