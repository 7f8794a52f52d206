/*
 * calltrack: on each page, the phone numbers that belong to this visitor.
 *
 * It finds the places where a number may stand, sends them to the server that it came from, and puts
 * in what that answers. It knows no formats of numbers: the server reads places as the proxy reads
 * pages (snippet_server/spots.py has their shape; docs/rewriting.md says what is found).
 *
 * Rule 1: in doubt the page stays as the site made it. Nothing is hidden, nothing waits for us, and
 *         no mistake of ours, of the network or of the server is seen.
 * Rule 2: what was written can be undone: each place keeps its original.
 * Rule 3: nothing is kept on the device unless the server says that there is a session.
 * Rule 4: no HTML is parsed, no style set, no layout read. A change of a page costs what is new in it.
 *
 * window.calltrack: ready (a promise of the first numbers), numbers(), swap(node), lead({...}),
 * consent(true or false). Events on document: calltrack:numbers says that the numbers have changed;
 * calltrack:consent, from the site's consent tool, says true or false as its detail.
 */
(() => {
  "use strict";
  const page = document;
  const source = page.currentScript?.src;
  if (window.calltrack || !source) return; // a second copy does nothing

  const BASE = source.replace(/[?#].*/, "").replace(/[^/]*$/, "");
  const STORED = "calltrack";
  const SLICE_MS = 8; // of work at a time
  const SETTLE_MS = 50; // late content comes in pieces
  const ANSWER_MS = 10_000;
  const LOCK_MS = 3_000;
  const RETRY_MS = 30_000;
  const RETRY_MAX_MS = 600_000;
  const LEAVING_MS = 10_000; // from a click to the next page
  const KEPT_SECONDS = 86_400; // an answer without an end
  const KEPT_MAX = 200; // answers between pages
  const SPOTS_MAX = 200; // in one ask; the server takes no more, and 64 KB
  const BODY_MAX = 40_000;
  const SPOT_MAX = 1_000;
  const PARTS_MAX = 250;
  const TEXT_MAX = 256;
  const SIBLINGS_MAX = 32; // that are read with a text that changed
  const WRITES_MAX = 20; // of one text between two renewals: some sites write theirs back

  const words = (text) => new Set(text.split(" "));
  const INLINE = words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s " +
      "samp small span strike strong time tt u var wbr",
  );
  const OPAQUE = words(
    "script style textarea title xmp iframe noembed noframes noscript plaintext template select",
  );
  const VOID = words("area base br col embed hr img input link meta source track wbr");
  const LINKS = ["href", "xlink:href"];
  const DIGIT = /[\d０-９]/;
  const hasDigit = (text) => DIGIT.test(text);
  // Digits and what may stand between them. To take more than the server does is no harm.
  const RUN =
    /[\ufdd0-\ufdd3]*[+＋\d０-９](?:[\s\d+\-./()\xad\xb7\u2000-\u206f\u2212\u2215\ufdd0-\ufdd3\ufe58\ufe63\uff08-\uff19]{0,900}[\d０-９])?/g;
  const BORDER = 0xfdd0; // a character that no text has; and 0xfdd1, 0xfdd3
  const BORDERS = /([\ufdd0-\ufdd3])/;
  const AFTER = /^[^\ufdd0-\ufdd3]{0,2}/u;
  // What counts before a run: an account number in groups of four, or the word that ends there.
  const BEFORE = /[^]?[A-Z]{2}\d\d ?([A-Z\d]{4} ?)*$|[^ ]*$/;

  const now = () => performance.now();
  const address = () => location.href.replace(/#.*/, "");
  const digits = (text) => text.normalize("NFKC").replace(/\D/g, "");
  const isPhoneLink = (text) => /^(tel|callto):/i.test(text.replace(/[\0- ]+/g, ""));
  const isValues = (list) =>
    list === null ||
    (Array.isArray(list) && list.every((text) => text === null || typeof text === "string"));
  const quiet = (work) => (argument) => {
    try {
      return work(argument);
    } catch {}
  };
  const on = (target, name, work, options) =>
    target?.addEventListener(name, quiet(work), options);

  /* What is kept between pages. A browser may refuse it. */

  const stored = quiet((storage) => JSON.parse(window[storage].getItem(STORED)));
  const keep = (storage, value) =>
    quiet(() =>
      value
        ? window[storage].setItem(STORED, JSON.stringify(value))
        : window[storage].removeItem(STORED),
    )();

  /* What is known. An answer: {values: its new texts or null, until, time: its end by two clocks}. */

  let facts; // of the site
  let marked; // a selector of the elements that may matter
  let tails;
  let tailSizes;
  const answers = new Map(); // a spot, as JSON -> its answer
  let numbers = [];

  const isOver = ({ until, time }) => now() > until || Date.now() > time;
  const answerOf = (values, milliseconds) => ({
    values,
    until: now() + milliseconds,
    time: Date.now() + milliseconds,
  });
  const known = (key) => {
    const answer = answers.get(key);
    return answer && !isOver(answer) ? answer : undefined;
  };

  const mayHoldOurs = (text) => {
    const found = digits(text);
    return tailSizes.some((size) => {
      for (let at = found.length - size; at >= 0; at--) {
        if (tails.has(found.slice(at, at + size))) return true;
      }
    });
  };

  /*
   * A record is a text node, or an attribute of an element (`name`): what the site wrote (`was`),
   * what stands there (`now`), and `cuts`: the stretches of it that are a value of a spot.
   */

  const records = new WeakMap(); // node -> name, or "" -> record
  const shown = new Set(); // the records with cuts

  const read = (node, name) => (name ? node.getAttribute(name) : node.data);
  const recorded = (node, name) => {
    const record = records.get(node)?.get(name);
    return record?.now === read(node, name) ? record : undefined;
  };
  const original = (node, name = "") => recorded(node, name)?.was ?? read(node, name);

  const recordOf = (node, name = "") => {
    let record = recorded(node, name);
    if (!record) {
      const value = read(node, name);
      const ofNode = records.get(node) ?? new Map();
      const writes = ofNode.get(name)?.writes ?? 0;
      record = { node, name, was: value, now: value, cuts: [], writes };
      shown.delete(ofNode.get(name));
      records.set(node, ofNode.set(name, record));
    }
    record.cuts = [];
    if (record.now !== record.was) shown.add(record);
    return record;
  };

  const written = ({ was, cuts }) => {
    let text = "";
    let at = 0;
    for (const { key, value, from, to, start, end } of cuts) {
      const found = known(key)?.values?.[value];
      if (typeof found === "string") {
        text += was.slice(at, from) + found.slice(start, end);
        at = to;
      }
    }
    return text + was.slice(at);
  };

  /* Write what each record is to show: the answer, or what the site wrote. */
  const show = () => {
    for (const record of shown) {
      const { node, name } = record;
      if (!node.isConnected || read(node, name) !== record.now) {
        shown.delete(record); // it is met again where it comes back
        continue;
      }
      if (!record.cuts.length) shown.delete(record);
      const text = written(record);
      const isWrong = LINKS.includes(name) && !isPhoneLink(text);
      if (text === record.now || isWrong || record.writes > WRITES_MAX) continue;
      record.writes++;
      record.now = text;
      if (name) node.setAttribute(name, text);
      else node.data = text;
    }
  };

  const wanted = () => {
    const keys = new Set();
    for (const { node, cuts } of shown) {
      if (node.isConnected) cuts.forEach(({ key }) => keys.add(key));
    }
    return [...keys];
  };

  /* `from` to `to` of what some records say together is a value of a spot. A record's `at`: where it
   * begins there. */
  const cut = (row, key, value, from, to) => {
    let start = 0;
    for (const [record, at] of row) {
      const size = record.was.length;
      const first = Math.max(from - at, 0);
      const last = Math.min(to - at, size);
      if (first > last || (first === last && from < to)) continue;
      const end = to > at + size ? start + last - first : undefined; // the last takes the rest
      record.cuts.push({ key, value, from: first, to: last, start, end });
      shown.add(record);
      start = end;
    }
  };

  /*
   * Texts. A flow is what a number may stand across: text nodes, or one attribute's record, and
   * between them a border where an inline element ends (0) or begins (1, or 3: no number goes
   * across). While they are one text a border is a character that no text has.
   */

  const find = (flow) => {
    const row = [];
    let text = "";
    for (const item of flow) {
      if (item >= 0) {
        text += String.fromCharCode(BORDER + item);
        continue;
      }
      const record = item.was === undefined ? recordOf(item) : item;
      row.push([record, text.length]);
      text += record.was;
    }
    for (const { 0: run, index } of text.matchAll(RUN)) {
      const parts = run.split(BORDERS).filter(Boolean);
      const after = AFTER.exec(text.slice(index + run.length))[0];
      const told = parts.map((part) => (BORDERS.test(part) ? part.charCodeAt() - BORDER : part));
      const key = JSON.stringify(["t", before(text.slice(0, index)), told, after]);
      if (!mayHoldOurs(run) || key.length > SPOT_MAX || parts.length > PARTS_MAX) continue;
      let at = index;
      let value = 0;
      for (const part of parts) {
        if (!BORDERS.test(part)) cut(row, key, value++, at, at + part.length);
        at += part.length;
      }
    }
  };

  /* What stands before a run and counts: the rules look at no more, so no more is sent. Between
   * an element that ends and one that begins is a blank to its reader. */
  const before = (text) =>
    text
      .slice(-TEXT_MAX)
      .replace(/[\ufdd0-\ufdd3]+/g, (run) => (/\ufdd0/.test(run) && /[^\ufdd0]/.test(run) ? " " : ""))
      .replace(/[\t\n\f\r \xa0]+/g, " ")
      .match(BEFORE)[0]
      .replace(/\d/g, "0");

  /* Attributes: a phone link, and those that count as text. Says whether a number ends here. */
  const attributes = (node) => {
    let matters = false;
    for (const name of LINKS) {
      if (!isPhoneLink(original(node, name) ?? "")) continue;
      const record = recordOf(node, name);
      const key = JSON.stringify(["l", record.was]);
      matters = true;
      if (key.length < SPOT_MAX && mayHoldOurs(record.was.replace(/%(3(\d)|..)/g, "$2"))) {
        cut([[record, 0]], key, 0, 0, record.was.length);
      }
    }
    for (const name of facts.attributes) {
      if (!hasDigit(original(node, name) ?? "")) continue;
      const record = recordOf(node, name);
      matters ||= digits(record.was).length > 8;
      find([record]);
    }
    return matters;
  };

  /* Placeholders: all that is in one goes as one spot. */

  const markOf = (node) => node.getAttribute("data-calltrack")?.trim();
  // In a drawing a title is a text.
  const isOpaque = ({ localName, ownerSVGElement }) =>
    OPAQUE.has(localName) && !(localName === "title" && ownerSVGElement);
  const isOff = (node) =>
    node.localName === "select" ||
    markOf(node)?.toLowerCase() === "off" ||
    (node.getAttribute("contenteditable") ?? "false") !== "false";
  const isKept = (node) => isOpaque(node) || isOff(node);
  const classOf = (node) => [...node.classList].find((name) => facts.classes.includes(name));
  const isPlaceholder = (node) => !!(markOf(node) || classOf(node));
  const placeholder = (root) => {
    const parts = [];
    const rows = []; // of each value: its records
    let isTooLong = VOID.has(root.localName) || OPAQUE.has(root.localName);
    const close = (texts) => {
      if (!texts.length) return;
      let text = "";
      const row = texts.map((node) => {
        const record = recordOf(node);
        const at = text.length;
        text += record.was;
        return [record, at];
      });
      isTooLong ||= hasDigit(text) && text.length > TEXT_MAX;
      parts.push(hasDigit(text) ? text : text.trim() ? "x" : text && " ");
      rows.push([row, text.length]);
    };
    const add = (node) => {
      const told = {};
      const kind = INLINE.has(node.localName) ? 1 : 2;
      const tell = (name, text) => {
        if (text) told[name] = text;
      };
      tell("class", classOf(node));
      tell("data-calltrack", markOf(node));
      tell("data-vestiging", node.getAttribute("data-vestiging"));
      for (const name of [...LINKS, ...facts.attributes]) {
        const text = original(node, name) ?? "";
        if (!(LINKS.includes(name) ? isPhoneLink : hasDigit)(text)) continue;
        tell(name, text);
        rows.push([[[recordOf(node, name), 0]], text.length]);
      }
      parts.push([kind, told]);
      let texts = [];
      for (const child of node.childNodes) {
        if (child.nodeType === 3) texts.push(child);
        if (child.nodeType !== 1) continue;
        close(texts);
        texts = [];
        if (isKept(child)) parts.push(2, 0);
        else add(child);
      }
      if (!node.firstElementChild && !texts.length && !VOID.has(node.localName)) {
        texts.push(node.appendChild(new Text()));
      }
      close(texts);
      parts.push(0);
    };
    if (!isTooLong) add(root);
    const key = JSON.stringify(["p", parts]);
    if (isTooLong || key.length > SPOT_MAX || parts.length > PARTS_MAX) return false;
    rows.forEach(([row, size], value) => cut(row, key, value, 0, size));
    return true;
  };

  /* The walk over what is new. */

  const queue = new Set(); // nodes to be looked at
  let homes = new Map(); // parent -> false: stays as it is; a placeholder around it; or true
  let seen = new Set();
  let flow = [];
  let hasDigits = false;
  let steps = 0;
  let sliceEnds = 0;
  let isLate = false;

  const flush = () => {
    const found = hasDigits && flow;
    if (flow.length) flow = [];
    hasDigits = false;
    if (found) find(found);
  };

  const enter = (node, matter) => {
    if (node.nodeType === 3) {
      hasDigits ||= hasDigit(original(node));
      flow.push(node);
      return;
    }
    const name = node.localName;
    if (!(steps++ & 63) && now() > sliceEnds) isLate = true;
    const isInline = INLINE.has(name);
    if (!isInline) flush();
    if (node.nodeType !== 1) return; // a comment: no number goes across
    if (isLate && !isInline) {
      queue.add(node);
      return;
    }
    let border = 1;
    if (matter.has(node)) {
      if (isOff(node)) return flush();
      if (isPlaceholder(node)) {
        flush();
        if (placeholder(node)) return;
      }
      if (attributes(node)) border = 3;
    }
    if (isOpaque(node)) return flush();
    if (isInline) flow.push(border);
    if (node.shadowRoot) aside(() => inside(node.shadowRoot));
    else if (name.includes("-") && !customElements.get(name)) {
      customElements.whenDefined(name).then(() => look(node), () => {});
    }
    for (let child = node.firstChild; child; child = child.nextSibling) enter(child, matter);
    if (!isInline) flush();
    else if (name !== "wbr") flow.push(0);
  };

  /* Look at something else in the middle of a flow. */
  const aside = (work) => {
    const held = [flow, hasDigits];
    flow = [];
    hasDigits = false;
    work();
    [flow, hasDigits] = held;
  };

  const inside = (root) => {
    const matter = new Set(root.querySelectorAll(marked));
    watch(root);
    for (const child of root.childNodes) enter(child, matter);
    flush();
  };

  const enterAlone = (node) => {
    const matter = new Set(node.querySelectorAll?.(marked));
    if (node.matches?.(marked)) matter.add(node);
    enter(node, matter);
  };

  const isFlow = (node) => node?.nodeType === 3 || INLINE.has(node?.localName);

  const around = (node) => {
    if (!node) return true;
    let home = homes.get(node);
    if (home === undefined) {
      home = around(node.parentNode ?? node.host);
      if (home === true && node.nodeType === 1) {
        home = isKept(node) ? false : isPlaceholder(node) ? node : true;
      }
      homes.set(node, home);
    }
    return home;
  };

  const process = (node) => {
    if (!node.isConnected || seen.has(node)) return;
    if (node.nodeType > 8) return inside(node);
    const home = around(node.parentNode);
    if (!home) return;
    let top = home === true ? node : home;
    while (isFlow(top) && INLINE.has(top.parentNode.localName)) top = top.parentNode;
    if (seen.has(top)) return;
    let last = top;
    for (let at = 0; isFlow(top) && at < SIBLINGS_MAX && isFlow(top.previousSibling); at++) {
      top = top.previousSibling;
    }
    for (let at = 0; isFlow(last) && at < SIBLINGS_MAX && isFlow(last.nextSibling); at++) {
      last = last.nextSibling;
    }
    for (; top; top = top === last ? null : top.nextSibling) {
      seen.add(top);
      enterAlone(top);
    }
    flush();
  };

  const work = () => {
    homes = new Map();
    seen = new Set();
    sliceEnds = now() + SLICE_MS;
    isLate = false;
    for (const node of queue) {
      if (isLate) break;
      queue.delete(node);
      quiet(process)(node);
      if (now() > sliceEnds) isLate = true;
    }
    flow = [];
    show();
    if (queue.size) setTimeout(quiet(work));
    else if (wanted().some((key) => !known(key))) soon();
  };

  const look = (node) => {
    if (!facts) return;
    queue.add(node);
    quiet(work)();
  };

  const changed = quiet((changes) => {
    hearMode();
    if (!window.navigation) moved(location.pathname !== path);
    for (const { type, target, addedNodes, attributeName } of changes) {
      if (type === "childList") addedNodes.forEach((node) => queue.add(node));
      else if (recorded(target, attributeName ?? "")) continue; // we wrote it
      else if (type === "characterData") queue.add(target);
      else if (around(target) === true) attributes(target);
      else queue.add(target);
      homes = new Map();
    }
    if (queue.size || changes.some(({ type }) => type === "attributes")) work();
  });
  const observer = new MutationObserver(changed);

  const watch = (root) =>
    observer.observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: [...LINKS, ...facts.attributes],
    });

  const learn = (found) => {
    if (!Array.isArray(found?.tails) || JSON.stringify(found) === JSON.stringify(facts)) return;
    facts = found;
    tails = new Set(facts.tails);
    tailSizes = [...new Set(facts.tails.map((tail) => tail.length))];
    marked = [
      "[*|href]",
      "[data-calltrack]",
      "[contenteditable]",
      ...facts.attributes.map((name) => `[${CSS.escape(name)}]`),
      ...facts.classes.map((name) => `.${CSS.escape(name)}`),
    ].join();
    look(page);
  };

  /* Consent: what was heard, and from whom. One refusal outweighs all. */

  const heard = {};
  const consent = () => {
    const all = Object.values(heard);
    return all.includes(false) ? false : all.includes(true) || null;
  };
  const hear = (from, value) => {
    const before = consent();
    heard[from] = value;
    if (consent() === before) return;
    if (consent() === false) {
      forget();
      show();
    }
    askAt = 0;
    soon(0);
  };

  let isTcfHeard = false;
  const hearTcf = quiet(() => {
    if (isTcfHeard || typeof window.__tcfapi !== "function") return;
    isTcfHeard = true;
    window.__tcfapi(
      "addEventListener",
      2,
      quiet((data) => {
        const { eventStatus, gdprApplies, purpose } = data;
        if (gdprApplies === false || !/^(tcloaded|useractioncomplete)$/.test(eventStatus)) return;
        hear("tcf", !!(purpose?.consents?.[1] && purpose.consents[7]));
      }),
    );
  });

  let lastMode;
  const hearMode = quiet(() => {
    const said = window.dataLayer;
    if (!Array.isArray(said) || said.at(-1) === lastMode) return;
    lastMode = said.at(-1);
    let found;
    for (const { 0: word, 1: when, 2: what } of said.filter(Boolean)) {
      const state = word === "consent" && !what?.region && what?.analytics_storage;
      if (state === "granted") found = true;
      else if (state === "denied" && (when === "update" || found)) found = false;
    }
    if (found !== undefined) hear("mode", found);
  });

  /* Asking. */

  let here = address();
  let path = location.pathname;
  let referrer = page.referrer;
  const landing = { url: here, referrer };
  let token = null;
  let hasSession = false;
  let isReady = false; // to ask: the page is there, and somebody looks at it
  let isBusy = false;
  let isView = true; // to be told
  let isLoad = true;
  let isRefused = false; // this page gets no answer
  let askAt = 0; // when to ask for all again
  let failures = 0;
  let soonTimer;
  let tickTimer;
  let setReady;
  const ready = new Promise((resolve) => (setReady = resolve));

  const tell = (found) => {
    const before = JSON.stringify(numbers);
    numbers = found;
    if (JSON.stringify(found) === before) return;
    page.dispatchEvent(new CustomEvent("calltrack:numbers", { detail: api.numbers() }));
  };

  const forget = () => {
    answers.clear();
    tell([]);
    keep("localStorage");
    keep("sessionStorage");
  };

  const remember = () => {
    const list = [...answers].slice(-KEPT_MAX).map(([key, { values, time }]) => [key, values, time]);
    keep("localStorage", hasSession && { facts, numbers, at: Date.now(), answers: list });
    keep("sessionStorage", hasSession && token && { token });
  };

  const recall = quiet(() => {
    token = stored("sessionStorage")?.token ?? null;
    const found = stored("localStorage");
    const from = Date.now();
    if (!(found?.at <= from)) return; // nothing, or the clock was put back
    for (const [key, values, time] of found.answers) {
      if (isValues(values) && time > from) answers.set(key, answerOf(values, time - from));
    }
    numbers = found.numbers;
    hasSession = true;
    learn(found.facts);
  });

  const post = (what, body, options) =>
    fetch(BASE + what, {
      method: "POST",
      credentials: "include",
      body: JSON.stringify({ url: here, token, ...body }),
      ...options,
    });

  /* Send one ask, and take in what is answered. Errors: whatever goes wrong. */
  const send = async (keys, isAll) => {
    const from = now();
    const told = consent();
    const flags = { view: isView, load: isLoad };
    isView = isLoad = false;
    try {
      const body = {
        referrer,
        landing: landing.url === here ? null : landing,
        ...flags,
        consent: told,
        spots: keys.map((key) => JSON.parse(key)),
      };
      const reply = await post("page", body, { signal: AbortSignal.timeout(ANSWER_MS) });
      if (!reply.ok) throw reply;
      const answer = await reply.json();
      const { spots, until } = answer;
      if (spots?.length !== keys.length || !spots.every(isValues)) throw answer;
      if (told !== consent()) return;
      const left = (until ?? KEPT_SECONDS) * 1000 - (now() - from);
      keys.forEach((key, at) => {
        answers.delete(key); // the latest stand last
        answers.set(key, answerOf(spots[at], left));
      });
      hasSession = answer.session === true;
      token = answer.token ?? null;
      askAt = from + (hasSession || until != null ? Math.max(answer.again || 60, 5) * 1000 : Infinity);
      const others = isAll ? [] : numbers;
      const ours = Array.isArray(answer.numbers) ? answer.numbers : [];
      const all = [...others, ...ours].map((number) => [number.vestiging, number]);
      remember();
      show();
      tell([...new Map(all).values()]);
    } catch (error) {
      isView ||= flags.view;
      isLoad ||= flags.load;
      throw error;
    }
  };

  /* Two tabs that open at once are one visitor: the second waits until the first has its cookie. */
  const inTurn = async (work) => {
    let isOurs = hasSession || !navigator.locks;
    const started = () => ((isOurs = true), work());
    if (isOurs) return work();
    try {
      await navigator.locks.request(STORED, { signal: AbortSignal.timeout(LOCK_MS) }, started);
    } catch (error) {
      if (isOurs) throw error;
      await work();
    }
  };

  /* The spots of one ask: as many as it takes. */
  const handful = (keys) => {
    let size = 0;
    return keys.slice(0, SPOTS_MAX).filter((key) => (size += key.length * 2) < BODY_MAX);
  };

  const ask = async () => {
    if (!facts || !isReady || isBusy) return;
    let isAll = isView || now() >= askAt;
    if (isRefused && !isView) return;
    isBusy = true;
    try {
      if (isAll) for (const record of shown) record.writes = 0;
      let keys = wanted().filter((key) => isAll || !known(key));
      while (isAll || keys.length) {
        const some = handful(keys);
        const isWhole = isAll;
        await inTurn(() => send(some, isWhole));
        isAll = false;
        keys = keys.filter((key) => !some.includes(key));
      }
      failures = 0;
    } catch (error) {
      isRefused = error.status >= 400 && error.status < 500 && error.status !== 429;
      askAt = now() + Math.min(RETRY_MS * 2 ** failures++, RETRY_MAX_MS);
    }
    isBusy = false;
    setReady(api.numbers());
    tick();
  };

  const soon = (wait = SETTLE_MS) => {
    clearTimeout(soonTimer);
    soonTimer = setTimeout(ask, wait);
  };

  /* Put back what is over, ask again when it is time, and come back for the next of both. */
  const tick = () => {
    clearTimeout(tickTimer);
    show();
    hearMode();
    if (page.visibilityState === "visible" && now() >= askAt) soon(0);
    let next = askAt > now() ? askAt : Infinity;
    for (const key of wanted()) {
      const answer = known(key);
      if (answer) next = Math.min(next, answer.until);
    }
    if (next < Infinity) {
      tickTimer = setTimeout(quiet(tick), Math.min(next - now() + 1, RETRY_MAX_MS));
    }
  };

  /* Pages that load no page: a new address is a view. */
  const moved = (isNew) => {
    const url = address();
    if (url === here) return;
    referrer = here;
    here = url;
    path = location.pathname;
    if (isNew) view();
  };

  const view = () => {
    isView = true;
    isRefused = false;
    if (facts) soon();
    else begin();
  };

  const begin = async () => {
    try {
      const reply = await fetch(`${BASE}site?host=${location.hostname}`, { credentials: "omit" });
      if (reply.ok) learn(await reply.json());
    } catch {}
    if (facts) ask();
    else setReady([]);
  };

  const api = Object.freeze({
    ready,
    numbers: () => numbers.map((number) => ({ ...number })),
    swap: async (node) => {
      look(node);
      await ask();
    },
    consent: (value) => hear("site", !!value),
    lead: async (fields) => {
      try {
        return (await post("lead", fields, { keepalive: true })).ok;
      } catch {
        return false;
      }
    },
  });

  const { navigation } = window;
  let leavesAt = -Infinity; // when somebody went on to a page of this site
  const goesTo = (url) => {
    if (new URL(url, here).host === location.host) leavesAt = now();
  };
  on(navigation, "navigate", (event) => {
    if (event.downloadRequest == null) goesTo(event.destination.url);
  });
  on(navigation, "currententrychange", (event) => {
    leavesAt = -Infinity;
    moved(event.navigationType !== "replace");
  });
  on(window, "popstate", () => moved(true));
  on(window, "pagehide", () => {
    if (!hasSession || now() - leavesAt < LEAVING_MS) return;
    navigator.sendBeacon(`${BASE}leave`, JSON.stringify({ url: here, token }));
  });
  on(window, "pageshow", (event) => {
    if (!event.persisted) return;
    leavesAt = -Infinity;
    tick();
    view();
  });
  on(page, "visibilitychange", tick);
  on(page, "calltrack:consent", (event) => hear("event", event.detail === true));

  /* A page that is rendered before anybody asked for it is no view yet. */
  const go = () => {
    hearTcf();
    hearMode();
    if (page.readyState === "loading" || page.prerendering) return;
    isReady = true;
    ask();
  };
  on(page, "DOMContentLoaded", go);
  on(page, "prerenderingchange", go);
  on(window, "load", hearTcf);

  window.calltrack = api;
  recall();
  quiet(go)();
  begin();
})();
