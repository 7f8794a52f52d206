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
  const page = document;
  const { navigation } = window;
  const source = page.currentScript?.src;
  if (window.calltrack || !source) return; // a second copy does nothing

  const BASE = new URL(".", source).href;
  const STORED = "calltrack";
  const SLICE_MS = 8; // of work at a time
  const SETTLE_MS = 50; // late content comes in pieces
  const ANSWER_MS = 10_000;
  const IDLE_MS = 1_800_000; // without input: then nobody is there
  const RETRY_MS = 120_000;
  const LEAVING_MS = 10_000; // from a click to the next page
  const KEPT_SECONDS = 86_400; // an answer without an end
  const BODY_MAX = 20_000; // characters of spots in one ask; the server takes 200 spots and 64 KB
  const SPOT_ROOM = 100; // so that there are fewer than 200
  const SPOT_MAX = 1_000;
  const TEXT_MAX = 256;
  const SIBLINGS_MAX = 32; // that are read with a text that changed
  const WRITES_MAX = 20; // of one text between two asks: some sites write theirs back

  const words = (text) => new Set(text.split(" "));
  const INLINE = words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s " +
      "samp small span strike strong time tt u var wbr",
  );
  const OPAQUE = words(
    "script style textarea title xmp iframe noembed noframes noscript plaintext template select",
  );
  const OFF = "[data-calltrack~=off i],[contenteditable]:not([contenteditable=false]),select";
  const LINK = "href";
  const SIGNS = ["\ufdd0", "\ufdd1", "", "\ufdd3"]; // of borders: no text has these characters
  // Digits and what may stand between them. To take more than the server does is no harm.
  const RUN =
    /[\ufdd0-\ufdd3]*[+＋\d０-９]([\s\d+\-./()\xad\xb7\u2000-\u22ff\ufdd0-\uff19]{0,900}[\d０-９])?/g;
  // What counts before a run: an account number in groups of four, or the word that ends there.
  const BEFORE = /[^]?[A-Z]{2}\d\d ?([A-Z\d]{4} ?)*$|[^ ]*$/;

  const now = () => performance.now();
  const address = () => location.href.replace(/#.*/, "");
  const digits = (text) => text.normalize("NFKC").replace(/%(3(?=\d)|..)|\D/g, ""); // %30 is 0
  const hasDigit = (text) => /[\d０-９]/.test(text);
  const isPhoneLink = (text) => /^(tel|callto):/i.test(text.replace(/[\0- ]+/g, ""));
  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const quiet = (work) => (argument) => {
    try {
      return work(argument);
    } catch {}
  };
  const on = (target, name, work) =>
    target?.addEventListener(name, quiet(work), { passive: true });

  /* What is kept between pages, in one of two places. A browser may refuse it. */

  const PLACES = ["sessionStorage", "localStorage"];
  const stored = quiet((place) => JSON.parse(window[place].getItem(STORED)));
  const forgetStored = () => PLACES.forEach(quiet((place) => window[place].removeItem(STORED)));

  /* What is known. An answer: {values: its new texts or null, until, time: its end by two clocks}. */

  let facts; // of the site
  let marked; // a selector of the elements that may matter
  let names; // of the attributes that may matter
  let tails; // an expression: the last digits of the numbers that are looked for
  const answers = new Map(); // a spot, as JSON -> its answer
  let numbers = {}; // by vestiging

  const answerOf = (values, wait) => {
    later(wait);
    return { values, until: now() + wait, time: Date.now() + wait };
  };
  const known = (key) => {
    const answer = answers.get(key);
    return now() < answer?.until && Date.now() < answer.time && answer;
  };

  const mayHoldOurs = (text) => text.length > 5 && tails.test(digits(text));

  /*
   * A record is a text node, or an attribute of an element (`name`): what the site wrote (`was`),
   * what stands there (`now`), and `cuts`: the stretches of it that are a value of a spot.
   */

  const records = new WeakMap(); // node -> name, or "" -> record
  const shown = new Set(); // the records with cuts

  const read = (node, name) => (name ? node.getAttribute(name) : node.data);
  const recorded = (node, name) => {
    const record = records.get(node)?.get(name);
    return record && record.now === read(node, name) && record;
  };

  const recordOf = (node, name) => {
    let record = recorded(node, name);
    if (!record) {
      const value = read(node, name);
      const ofNode = records.get(node) ?? new Map();
      const writes = ofNode.get(name)?.writes ?? 0;
      record = { node, name, was: value, now: value, cuts: [], writes };
      records.set(node, ofNode.set(name, record));
    }
    shown.add(record);
    return record;
  };

  /* What the site wrote. It is read to be cut anew. */
  const textOf = (node, name = "") => {
    const record = recorded(node, name);
    if (!record) return read(node, name) ?? "";
    record.cuts = [];
    shown.add(record);
    return record.was;
  };

  const written = ({ was, cuts }) => {
    let text = "";
    let at = 0;
    for (const [key, value, from, to, isFirst] of cuts) {
      const found = known(key).values?.[value];
      if (found?.trim) {
        text += was.slice(at, from) + (isFirst ? found : "");
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
      const text = written(record);
      if (text === record.now || record.writes > WRITES_MAX) continue;
      record.writes++;
      record.now = text;
      if (name) node.setAttribute(name, text);
      else node.data = text;
    }
  };

  const wanted = () => new Set([...shown].flatMap(({ cuts }) => cuts.map(([key]) => key)));

  /* `from` to `to` of what some texts say together is a value of a spot; the first of them shows it.
   * A row has each text's place: its node and attribute, where it begins, and its size. */
  const cut = (row, key, value, from = 0, to = Infinity) => {
    let isFirst = true;
    for (const [node, name, at, size] of row) {
      const first = Math.max(from - at, 0);
      const last = Math.min(to - at, size);
      if (first > last || (first === last && row[1])) continue;
      recordOf(node, name).cuts.push([key, value, first, last, isFirst]);
      isFirst = false;
    }
  };

  /*
   * Texts. A flow is what a number may stand across: text nodes (or one attribute's element), and
   * between them a border where an inline element ends (0) or begins (1, or 3: no number goes
   * across). While they are one text a border is a character that no text has.
   */

  const find = (flow, name = "") => {
    const row = [];
    let text = "";
    for (const item of flow) {
      const added = item.nodeType ? textOf(item, name) : SIGNS[item];
      if (item.nodeType) row.push([item, name, text.length, added.length]);
      text += added;
    }
    for (const { 0: run, index } of text.matchAll(RUN)) {
      if (!mayHoldOurs(run)) continue;
      const parts = run
        .split(/([\ufdd0-\ufdd3])/)
        .filter((part) => part)
        .map((part) => (SIGNS.includes(part) ? SIGNS.indexOf(part) : part));
      const after = text.slice(index + run.length).match(/^[^\ufdd0-\ufdd3]{0,2}/u)[0];
      const key = JSON.stringify(["t", before(text.slice(0, index)), parts, after]);
      if (key.length > SPOT_MAX) continue;
      let at = index;
      let value = 0;
      for (const part of parts) {
        if (part.trim) cut(row, key, value++, at, at + part.length);
        at += part.length ?? 1;
      }
    }
  };

  /* What stands before a run and counts: the rules look at no more, so no more is sent. Between
   * an element that ends and one that begins is a blank to its reader. */
  const before = (text) =>
    text
      .slice(-TEXT_MAX)
      .replace(/\ufdd0[\ufdd1-\ufdd3]|[\ufdd1-\ufdd3]\ufdd0/g, " ")
      .replace(/[\ufdd0-\ufdd3]/g, "")
      .replace(/[\t\n\f\r \xa0]+/g, " ")
      .match(BEFORE)[0]
      .replace(/\d/g, "0");

  /* Attributes: a phone link, and those that count as text. Says whether a number ends here. */
  const counted = (node, name) => {
    const text = textOf(node, name);
    return (name === LINK ? isPhoneLink : hasDigit)(text) && text;
  };

  const attributes = (node) => {
    let matters = false;
    for (const name of names) {
      const text = counted(node, name);
      if (!text) continue;
      if (name === LINK) {
        const key = JSON.stringify(["l", text]);
        matters = true;
        if (key.length < SPOT_MAX && mayHoldOurs(text)) cut([[node, name, 0, text.length]], key, 0);
      } else {
        matters ||= digits(text).length > 8;
        find([node], name);
      }
    }
    return matters;
  };

  /* Placeholders: all that is in one goes as one spot. */

  const markOf = (node) => node.getAttribute("data-calltrack")?.trim();
  // In a drawing a title is a text.
  const isOpaque = (node) => OPAQUE.has(node.localName) && !node.ownerSVGElement;
  const isKept = (node) => isOpaque(node) || node.matches(OFF);
  const classOf = (node) => [...node.classList].find((name) => facts.classes.includes(name));
  const isPlaceholder = (node) => !!(markOf(node) || classOf(node));
  const placeholder = (root) => {
    const parts = [];
    const rows = []; // of each value: its records
    const add = (node) => {
      const told = {
        class: classOf(node),
        "data-calltrack": markOf(node) || undefined,
        "data-vestiging": node.getAttribute("data-vestiging") || undefined,
      };
      let texts = [];
      const close = () => {
        let text = "";
        const row = texts.map((child) => {
          const added = textOf(child);
          text += added;
          return [child, "", text.length - added.length, added.length];
        });
        if (!texts[0]) return;
        rows.push(row);
        parts.push(hasDigit(text) ? text : text.trim() ? "x" : text && " ");
        texts = [];
      };
      for (const name of names) {
        const text = counted(node, name);
        if (!text) continue;
        told[name] = text;
        rows.push([[node, name, 0, text.length]]);
      }
      parts.push([INLINE.has(node.localName) ? 1 : 2, told]);
      for (const child of node.childNodes) {
        if (child.nodeType === 3) texts.push(child);
        if (child.nodeType !== 1) continue;
        close();
        if (isKept(child)) parts.push(2, 0);
        else add(child);
      }
      if (!texts[0] && !node.children[0]) texts = [node.appendChild(new Text())];
      close();
      parts.push(0);
    };
    add(root);
    const key = JSON.stringify(["p", parts]);
    if (key.length > SPOT_MAX) return;
    rows.forEach((row, value) => cut(row, key, value));
    return true;
  };

  /* The walk over what is new. */

  const queue = new Set(); // nodes to be looked at
  let homes = new Map(); // parent -> false: stays as it is; a placeholder around it; or true
  let seen = new Set();
  let flow = [];
  let sliceEnds = 0;

  const flush = () => {
    const found = flow;
    if (!found.length) return;
    flow = [];
    if (found.some((item) => item.nodeType && hasDigit(textOf(item)))) find(found);
  };

  const enter = (node, matter) => {
    seen.add(node);
    if (node.nodeType === 3) return flow.push(node);
    const name = node.localName;
    const isInline = INLINE.has(name);
    let border = 1;
    if (!isInline) {
      flush();
      if (node.nodeType !== 1) return; // a comment: no number goes across
      if (now() > sliceEnds) return queue.add(node);
    }
    if (matter.has(node)) {
      if (node.matches(OFF)) return flush();
      if (isPlaceholder(node) && !isOpaque(node)) {
        flush();
        if (placeholder(node)) return;
      }
      if (attributes(node)) border = 3;
    }
    if (isOpaque(node)) return flush();
    if (isInline) flow.push(border);
    if (node.shadowRoot) {
      const held = flow;
      flow = [];
      inside(node.shadowRoot);
      flow = held;
    } else if (name.includes("-") && !customElements.get(name)) {
      customElements.whenDefined(name).then(() => look(node), look);
    }
    for (let child = node.firstChild; child; child = child.nextSibling) enter(child, matter);
    if (!isInline) flush();
    else if (name !== "wbr") flow.push(0);
  };

  const inside = (root) => {
    const matter = new Set(root.querySelectorAll(marked));
    observer.observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: names,
    });
    for (const child of root.childNodes) enter(child, matter);
    flush();
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

  const edge = (node, next) => {
    let at = SIBLINGS_MAX;
    while (at-- && isFlow(node) && isFlow(node[next])) node = node[next];
    return node;
  };

  const process = (node) => {
    if (!node.isConnected) return;
    if (node.nodeType > 8) return inside(node); // a document, or a shadow root
    const home = around(node.parentNode);
    let top = home === true ? node : home;
    while (isFlow(top) && INLINE.has(top.parentNode.localName)) top = top.parentNode;
    if (!top || seen.has(top)) return;
    const last = edge(top, "nextSibling");
    for (top = edge(top, "previousSibling"); top; top = top !== last && top.nextSibling) {
      enter(top, new Set([top, ...(top.querySelectorAll?.(marked) ?? [])]));
    }
    flush();
  };

  const work = () => {
    homes = new Map();
    seen = new Set();
    flow = [];
    sliceEnds = now() + SLICE_MS;
    for (const node of queue) {
      if (now() > sliceEnds) break;
      queue.delete(node);
      quiet(process)(node);
    }
    show();
    if (queue.size) setTimeout(work);
    else soon();
  };

  const look = (node) => {
    if (facts && node?.nodeType) queue.add(node);
    work();
  };

  const changed = quiet((changes) => {
    navigation || moved(true);
    for (const { type, target, addedNodes, attributeName } of changes) {
      if (type === "childList") addedNodes.forEach((node) => queue.add(node));
      else if (!recorded(target, attributeName ?? "")) queue.add(target); // else we wrote it
    }
    if (queue.size) work();
  });
  const observer = new MutationObserver(changed);

  const learn = (found) => {
    if (isSame(found, facts)) return;
    tails = new RegExp(found.tails.join("|") || "-");
    facts = found;
    names = [LINK, ...facts.attributes];
    marked = "[data-calltrack],[contenteditable]";
    for (const name of names) marked += `,[${name}]`;
    for (const name of facts.classes) marked += `,.${CSS.escape(name)}`;
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
    soon();
  };

  const hearTcf = quiet(() => {
    const listen = ({ eventStatus, gdprApplies, purpose }) => {
      if (gdprApplies === false || !/^(tcl|usera)/.test(eventStatus)) return; // loaded, or answered
      const given = purpose.consents;
      hear("tcf", !!(given[1] && given[7]));
    };
    window.__tcfapi("addEventListener", 2, quiet(listen));
  });

  // What a site says by default is no refusal yet.
  let layer; // where the page's tags say what happens
  const hearMode = quiet(() => {
    if (layer !== window.dataLayer) {
      layer = window.dataLayer;
      const { push } = layer;
      layer.push = (...said) => {
        const done = push.apply(layer, said);
        hearMode();
        return done;
      };
    }
    let found;
    for (const said of layer) {
      const state = said?.[0] === "consent" && !said[2]?.region && said[2]?.analytics_storage;
      if (state === "granted") found = true;
      else if (state && (found || said[1] === "update")) found = false;
    }
    if (found !== undefined) hear("mode", found);
  });

  /* Asking. */

  let here = address();
  let referrer = page.referrer;
  const landing = { url: here, referrer };
  let token = null;
  let hasSession = false;
  let views = 1;
  let viewsTold = 0;
  let viewsTried = 0;
  let idleAt = now() + IDLE_MS; // when nobody is there any more
  let askAt = 0; // when to ask for all again
  let timer;
  let hasFailed = false;
  let setReady;

  const tell = (found) => {
    if (isSame(found, numbers)) return;
    numbers = found;
    page.dispatchEvent(new CustomEvent("calltrack:numbers", { detail: api.numbers() }));
  };

  const forget = () => {
    answers.clear();
    forgetStored();
    tell({});
  };

  const remember = quiet(() => {
    forgetStored();
    const kept = { facts, numbers, token, at: Date.now(), answers: [...answers] };
    if (hasSession) (token ? sessionStorage : localStorage).setItem(STORED, JSON.stringify(kept));
  });

  const recall = quiet(() => {
    const found = PLACES.map(stored).find(Boolean);
    const from = Date.now();
    token = found.token;
    if (found.at > from) return; // the clock was put back
    for (const [key, { values, time }] of found.answers) {
      answers.set(key, answerOf(values, time - from));
    }
    numbers = found.numbers;
    hasSession = true;
    learn(found.facts);
  });

  // It is sent to its end, though somebody goes on to the next page at once.
  const post = (what, body) =>
    fetch(BASE + what, {
      method: "POST",
      credentials: "include",
      keepalive: true,
      signal: AbortSignal.timeout(ANSWER_MS),
      body: JSON.stringify({ url: here, token, ...body }),
    });
  const deliver = (what, body) =>
    post(what, body).then(
      ({ ok }) => ok,
      () => false,
    );

  /* Send one ask, and take in what is answered. Errors: whatever goes wrong. */
  const send = async (isAll) => {
    const from = now();
    const given = consent();
    const view = views;
    let size = 0;
    const keys = [...wanted()].filter(
      (key) => (isAll || !known(key)) && (size += key.length + SPOT_ROOM) < BODY_MAX,
    );
    const reply = await post("page", {
      referrer,
      landing,
      view: view > viewsTold,
      load: !viewsTold,
      consent: given,
      spots: keys.map(JSON.parse),
    });
    const { spots, until, again, session, numbers: told, token: sealed } = await reply.json();
    if (spots.length !== keys.length) throw 0;
    viewsTold = view;
    if (given !== consent()) return;
    if (isAll) answers.clear();
    const wait = (until ?? KEPT_SECONDS) * 1000 + from - now();
    keys.forEach((key, at) => answers.set(key, answerOf(spots[at], wait)));
    hasSession = session;
    token = sealed;
    askAt = from + (session || until ? Math.max(again, 5) : KEPT_SECONDS) * 1000;
    later(askAt - now());
    const found = isAll ? {} : { ...numbers };
    for (const number of told) found[number.vestiging] = number;
    show();
    tell(found);
    remember();
  };

  /* Two tabs that open at once are one visitor: the second waits until the first has its cookie. */
  const inTurn = (work) =>
    hasSession || !navigator.locks ? work() : navigator.locks.request(STORED, work);

  const askNow = async () => {
    const isAll = views > viewsTried || now() >= askAt;
    const isNeeded = isAll || (!hasFailed && [...wanted()].some((key) => !known(key)));
    if (!facts || !isNeeded || page.readyState === "loading" || page.prerendering || now() > idleAt)
      return;
    hasFailed = true;
    viewsTried = views;
    for (const record of shown) record.writes = 0;
    try {
      await inTurn(() => send(isAll));
      hasFailed = false;
      soon(); // for what did not fit in
    } catch {
      askAt = now() + RETRY_MS;
      later(RETRY_MS);
    }
    setReady(api.numbers());
  };

  // One after the other.
  let asked = Promise.resolve();
  const ask = () => {
    timer = 0;
    return (asked = asked.then(askNow));
  };

  const soon = () => {
    timer ||= setTimeout(ask, SETTLE_MS);
  };

  /* Put back what is over, and ask again when it is time. */
  const tick = () => {
    show();
    if (!page.hidden && now() >= askAt) ask();
  };
  const later = (wait) => setTimeout(tick, wait + 1);

  /* Pages that load no page: a new address is a view. */
  const moved = (isNew) => {
    const url = address();
    if (url === here) return;
    referrer = here;
    here = url;
    if (!isNew) return;
    views++;
    soon();
  };


  const api = {
    ready: new Promise((resolve) => (setReady = resolve)),
    numbers: () => Object.values(numbers),
    swap: (node) => {
      look(node);
      return ask();
    },
    consent: (value) => hear("site", !!value),
    lead: (fields) => deliver("lead", fields),
  };

  let leavesUntil = 0; // till then who leaves goes on to a page of this site
  on(navigation, "navigate", ({ destination, downloadRequest }) => {
    if (downloadRequest == null && destination.url.startsWith(location.origin))
      leavesUntil = now() + LEAVING_MS;
  });
  on(navigation, "currententrychange", (event) => {
    leavesUntil = 0;
    moved(event.navigationType !== "replace");
  });
  on(window, "pagehide", () => {
    if (hasSession && now() > leavesUntil) deliver("leave");
  });
  on(window, "pageshow", (event) => {
    if (!event.persisted) return;
    leavesUntil = 0;
    views++;
    soon();
  });

  /* Where nobody is, nothing is asked: what is shown runs out. Who is back is a reason to ask. */
  const stir = () => {
    const isBack = now() > idleAt;
    idleAt = now() + IDLE_MS;
    if (isBack) tick();
  };
  on(page, "visibilitychange", () => {
    idleAt = 0;
    stir();
  });
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel"]) on(window, name, stir);

  on(page, "calltrack:consent", (event) => api.consent(event.detail));

  const go = () => {
    hearTcf();
    hearMode();
    ask();
  };
  on(page, "DOMContentLoaded", go);
  on(page, "prerenderingchange", go);
  on(window, "load", go);

  window.calltrack = api;
  recall();
  go();
  fetch(`${BASE}site?host=${location.hostname}`)
    .then((reply) => reply.json())
    .then(learn)
    .then(ask, () => facts || setReady([]));
})();
