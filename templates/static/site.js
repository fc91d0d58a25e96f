// Enhancements of the lists: an instant filter, and sorting by a column. Without scripts every row is
// there, in the order of names, and the pages by country, tumour, kind and so on do the narrowing.
(function () {
  "use strict";
  // Set before anything is drawn, so that the form's room is there from the start.
  document.documentElement.classList.add("scripts");

  // As the build folds the rows' text (`search.records.fold`): no accents, no punctuation.
  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // One spelling for both sides of the sea: tumor, paediatric, haemangioma.
  function plain(folded) {
    return folded.replace(/tumour/g, "tumor").replace(/\b(p|h|gyn)ae(?=[dmc])/g, "$1e").replace(/haem/g, "hem");
  }

  // Words between the words: who asks "who has data on desmoid in Europe" asks for desmoid and Europe.
  var IDLE = new Set("a an and are at by data for from has have in is of on or the their to use uses what which who with databases initiatives registers registries".split(" "));
  // Words that stand in the names of many tumours, and tell none.
  var COMMON = new Set(["tumor", "cancer", "sarcoma", "tissue", "cell", "bone", "soft"]);

  // What is asked for, as the beginnings of words; a plural finds the singular too.
  function asked(text) {
    var all = plain(fold(text)).split(" ").filter(Boolean);
    var telling = all.filter(function (word) { return !IDLE.has(word); });
    return (telling.length ? telling : all).map(function (word) {
      return word.length > 4 ? word.replace(/ies$/, "").replace(/([^s])s$/, "$1") : word;
    });
  }

  // How many rows a key shows at once, and how many each frame after it adds: a screen has room for
  // some twenty, so a thousand entries answer as fast as ten.
  var FIRST = 24;
  // So few entries left that a reader may want to look elsewhere too.
  var FEW = 5;

  // As the pages write numbers.
  function number(count) { return count.toLocaleString("en"); }

  // The way by first letters holds while every row is there, in the order of names.
  function letters() {
    var nav = document.getElementById("letters");
    if (!nav) return;
    var body = document.querySelector("table.catalogue").tBodies[0];
    nav.classList.toggle("idle", !!body.mixed || body.shown.length < body.all.length);
  }

  // Show these rows and no others, in this order.
  function show(body, rows) {
    cancelAnimationFrame(body.adding);
    body.replaceChildren(...rows.slice(0, FIRST));
    var next = FIRST;
    function add() {
      body.append(...rows.slice(next, next += FIRST));
      if (next < rows.length) body.adding = requestAnimationFrame(add);
    }
    if (next < rows.length) body.adding = requestAnimationFrame(add);
  }

  // The words of a row: what it shows, and what it holds beside that.
  function textOf(row) { return " " + plain((row.dataset.words || "") + " " + fold(row.textContent)); }

  function filter(tables) {
    var words = document.getElementById("filter-words");
    if (!words || !tables.length) return;
    var said = document.getElementById("filter-count");
    var bodies = tables.map(function (table) { return table.tBodies[0]; });
    var texts = new Map();
    function text(row) {
      if (!texts.has(row)) texts.set(row, textOf(row));
      return texts.get(row);
    }
    bodies.forEach(function (body) {
      body.all = body.shown = Array.from(body.rows);
      body.fits = function () {
        var wanted = asked(words.value).map(function (word) { return " " + word; });
        if (!wanted.length) return body.all;
        return body.all.filter(function (row) {
          var held = text(row);
          return wanted.every(function (word) { return held.includes(word); });
        });
      };
    });
    function apply() {
      var all = 0, left = 0;
      bodies.forEach(function (body) {
        var fits = body.fits();
        var same = fits.length === body.shown.length
          && fits.every(function (row, at) { return row === body.shown[at]; });
        if (!same) show(body, fits);
        body.shown = fits;
        // of several tables those are left out in which nothing is left
        if (bodies.length > 1) body.closest("section").hidden = !fits.length;
        all += body.all.length;
        left += fits.length;
      });
      said.value = left === all ? number(all) + " in all" : number(left) + " of " + number(all);
      letters();
      hint(words.value, left);
    }
    // A search from elsewhere (`opensearch.xml`) comes as ?q=words.
    var sent = new URLSearchParams(location.search).get("q");
    if (sent) words.value = sent.slice(0, 200);
    words.addEventListener("input", apply);
    // made ready while nothing else is to be done, so that the first key is as fast as the others
    (window.requestIdleCallback || setTimeout)(function () {
      bodies.forEach(function (body) { body.all.forEach(text); });
    });
    apply(); // a browser may have kept the words from the last visit
  }

  // Where few entries are left, the pages of the tumours among the words, which know the wider groups.
  function hint(words, left) {
    var box = document.getElementById("filter-hint");
    if (!box) return;
    var wanted = asked(words);
    box.hidden = !wanted.length || left >= FEW;
    if (box.hidden) return;
    var links = [];
    document.querySelectorAll("#by-tumours a").forEach(function (link) {
      var label = " " + plain(fold(link.textContent));
      function named(word) { return word.length > 3 && !COMMON.has(word) && label.includes(" " + word); }
      if (!wanted.some(named)) return;
      // what is left of the words goes along: "liposarcoma europe" asks the tumour's page for Europe
      var others = wanted.filter(function (word) { return !named(word); }).join(" ");
      var copy = document.createElement("a");
      copy.href = link.getAttribute("href") + (others && "?q=" + encodeURIComponent(others));
      copy.textContent = link.textContent;
      links.push(copy, ", ");
    });
    // also where nothing is left: the word may be a tumour that no entry names
    box.hidden = left > 0 && !links.length;
    box.querySelector("span").replaceChildren(...links.slice(0, 2 * FEW));
  }

  // What a cell is sorted by: a number, a date, or its words.
  function value(cell, kind) {
    if (kind === "number") return Number(cell.dataset.n || cell.textContent.replace(/[^\d.-]/g, "") || -1);
    var time = kind === "date" && cell.querySelector("time");
    return time ? time.dateTime : kind === "date" ? "" : fold(cell.textContent);
  }

  function sortable(table) {
    var heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells);
    var body = table.tBodies[0];
    heads.forEach(function (head, column) {
      if (head.dataset.sort === "no") return;
      var button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", function () {
        var kind = head.dataset.sort;
        var down = head.ariaSort ? head.ariaSort === "ascending" : kind === "number" || kind === "date";
        var pairs = Array.from(body.all || body.rows, function (row) { return [value(row.cells[column], kind), row]; });
        pairs.sort(function (a, b) { return (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1); });
        heads.forEach(function (other) { other.ariaSort = null; });
        head.ariaSort = down ? "descending" : "ascending";
        var sorted = pairs.map(function (pair) { return pair[1]; });
        body.mixed = column > 0 || down;
        if (body.all) body.all = sorted;
        show(body, body.all ? body.fits() : sorted);
        letters();
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    filter(Array.from(document.querySelectorAll("table.catalogue, table.filtered")));
    document.querySelectorAll("table.sortable").forEach(sortable);
  });
})();
