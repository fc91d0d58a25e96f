// Any two to four initiatives side by side. The words come from data/compare.js, and go into the page
// as text only: nothing in them can become markup. The form stands in the page; it is opened here.
(function () {
  "use strict";
  var keys = ["a", "b", "c", "d"];
  var asked = new URLSearchParams(location.search);
  // Set before anything is drawn: what is asked for by the address has its room from the start.
  var root = document.documentElement;
  root.classList.add("scripts");
  root.classList.toggle("comparing", asked.has("a") && asked.has("b"));
  var data, byId, place, said, selects;

  function make(name, text, attributes) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    Object.entries(attributes || {}).forEach(function (pair) { made.setAttribute(pair[0], pair[1]); });
    return made;
  }

  function open() {
    said = document.getElementById("said");
    place = document.getElementById("compared");
    if (!said) return;
    data = window.sarcat;
    if (!data) {
      root.classList.remove("comparing");
      said.value = "What the entries say could not be loaded; the comparisons below need nothing more.";
      return;
    }
    byId = new Map(data.initiatives.map(function (each) { return [each.id, each]; }));
    selects = keys.map(function (key) {
      var select = document.querySelector("#choose select[name=" + key + "]");
      data.initiatives.forEach(function (each) { select.append(make("option", each.name, { value: each.id })); });
      if (byId.has(asked.get(key))) select.value = asked.get(key);
      select.addEventListener("change", show);
      select.disabled = false;
      return select;
    });
    show();
  }

  function cell(each, field, words) {
    var made = make("td", words[0], words[1] ? {} : { class: "not" });
    if (words[2]) {
      var link = make("a", "", { class: "fn", href: "initiatives/" + each.id + ".html#fact-" + field });
      link.append(make("span", "Sources: ", { class: "unseen" }), String(words[2]));
      made.append("\u00a0", link);
    }
    return made;
  }

  function table(title, chosen, fields) {
    var region = make("section", "", { class: "wide", tabindex: "0", "aria-label": title + ": table" });
    var made = make("table", "", { class: "compared" });
    made.append(make("caption", title));
    var head = made.createTHead().insertRow();
    head.append(make("th", "Field", { scope: "col" }));
    chosen.forEach(function (each) {
      var th = make("th", "", { scope: "col" });
      th.append(make("a", each.name, { href: "initiatives/" + each.id + ".html" }));
      head.append(th);
    });
    var body = made.createTBody();
    fields.forEach(function (at) {
      var row = body.insertRow();
      row.append(make("th", data.fields[at].label, { scope: "row" }));
      chosen.forEach(function (each) { row.append(cell(each, data.fields[at].id, each.cells[at])); });
    });
    region.append(made);
    return region;
  }

  function show() {
    var ids = selects.map(function (select) { return select.value; });
    var chosen = Array.from(new Set(ids.filter(Boolean)), function (id) { return byId.get(id); });
    place.replaceChildren();
    root.classList.toggle("comparing", chosen.length > 1);
    if (chosen.length < 2) {
      said.value = "Choose at least two.";
      return;
    }
    var differ = [], alike = [];
    data.fields.forEach(function (field, at) {
      var words = chosen.map(function (each) { return each.cells[at]; });
      if (!words.some(function (each) { return each[1]; })) return;
      var same = words.every(function (each) { return each[0] === words[0][0]; });
      (same ? alike : differ).push(at);
    });
    said.value = chosen.length + " initiatives; they differ in " + differ.length + (differ.length === 1 ? " field." : " fields.");
    if (differ.length) place.append(table("Where they differ", chosen, differ));
    if (alike.length) place.append(table("Where they are alike", chosen, alike));
    var address = new URL(location.href);
    address.search = "";
    keys.forEach(function (key, at) { if (ids[at]) address.searchParams.set(key, ids[at]); });
    try { history.replaceState(null, "", address); } catch (error) { /* not allowed from disk */ }
  }

  // the words have come by then: deferred scripts run before
  document.addEventListener("DOMContentLoaded", open);
})();
