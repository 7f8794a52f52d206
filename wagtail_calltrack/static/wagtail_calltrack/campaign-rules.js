/* Writes each rule's sentence while somebody types, also into the heading of its panel, where it can
 * be read while the rule is folded up. The server writes the same sentence: campaigns/sentences.py.
 */
(function () {
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  function valuesOf(rule, name) {
    const inputs = [...rule.querySelectorAll(`[name$="-${name}"]`)];
    if (inputs.length && inputs[0].type === "checkbox") {
      return inputs.filter((one) => one.checked).map((one) => one.closest("label").textContent.trim());
    }
    const lines = inputs.flatMap((one) => one.value.split(/\r?\n/));
    return lines.map((line) => line.trim()).filter(Boolean);
  }

  function sentenceOf(rule, words) {
    const parts = [];
    for (const [name, field] of Object.entries(words.fields)) {
      const values = valuesOf(rule, name);
      if (!values.length) continue;
      const isKnown = values.length === 1 && values[0] === "*";
      parts.push(fill(isKnown ? words.known : words.is, { field, values: values.join(words.or) }));
    }
    return parts.join(words.and) || words.nothing;
  }

  function write(rule) {
    const told = rule.querySelector("[data-calltrack-sentence]");
    if (!told) return;
    const sentence = sentenceOf(rule, JSON.parse(told.dataset.words));
    told.querySelector("[data-calltrack-sentence-text]").textContent = sentence;
    const heading = rule.querySelector("[data-panel-heading-text]");
    if (!heading) return;
    let copy = heading.querySelector("[data-calltrack-heading]");
    if (!copy) {
      copy = document.createElement("span");
      copy.dataset.calltrackHeading = "";
      heading.append(copy);
    }
    copy.textContent = `: ${sentence}`;
  }

  function writeFor(event) {
    const rule = event.target.closest("[data-inline-panel-child]");
    if (rule) write(rule);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const rules = document.getElementById("id_rules-FORMS");
    if (!rules) return;
    rules.querySelectorAll("[data-inline-panel-child]").forEach(write);
    rules.addEventListener("input", writeFor);
    rules.addEventListener("change", writeFor);
    new MutationObserver((changes) => {
      for (const change of changes) change.addedNodes.forEach((one) => one.matches?.("[data-inline-panel-child]") && write(one));
    }).observe(rules, { childList: true });
  });
})();
