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

  // How many rows a key shows at once, and how many each frame after it adds: a screen has room for
  // some twenty, so a thousand entries answer as fast as ten.
  var FIRST = 24;

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

  function filter(table) {
    var words = document.getElementById("filter-words");
    if (!words || !table) return;
    var said = document.getElementById("filter-count");
    var body = table.tBodies[0];
    body.all = Array.from(body.rows);
    var texts = new Map(body.all.map(function (row) { return [row, " " + row.dataset.words]; }));
    body.fits = function () {
      var asked = fold(words.value).split(" ").filter(Boolean);
      return !asked.length ? body.all : body.all.filter(function (row) {
        return asked.every(function (word) { return texts.get(row).includes(" " + word); });
      });
    };
    var shown = body.all;
    function apply() {
      var fits = body.fits();
      var same = fits.length === shown.length && fits.every(function (row, at) { return row === shown[at]; });
      if (!same) show(body, fits);
      shown = fits;
      said.value = fits === body.all ? fits.length + " in all" : fits.length + " of " + body.all.length;
    }
    // A search from elsewhere (`opensearch.xml`) comes as ?q=words.
    var asked = new URLSearchParams(location.search).get("q");
    if (asked) words.value = asked.slice(0, 200);
    words.addEventListener("input", apply);
    apply(); // a browser may have kept the words from the last visit
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
        if (body.all) body.all = sorted;
        show(body, body.all ? body.fits() : sorted);
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    filter(document.querySelector("table.catalogue"));
    document.querySelectorAll("table.sortable").forEach(sortable);
  });
})();
