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

  function filter() {
    var words = document.getElementById("filter-words");
    if (!words) return;
    var said = document.getElementById("filter-count");
    var rows = Array.from(document.querySelectorAll("tr[data-words]"), function (row) {
      return { row: row, words: " " + row.dataset.words, shown: true };
    });
    function apply() {
      var asked = fold(words.value).split(" ").filter(Boolean);
      var shown = 0;
      rows.forEach(function (each) {
        var fits = asked.every(function (word) { return each.words.includes(" " + word); });
        shown += fits;
        if (fits !== each.shown) each.row.hidden = !(each.shown = fits);
      });
      said.value = asked.length ? shown + " of " + rows.length : rows.length + " in all";
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
        var pairs = Array.from(body.rows, function (row) { return [value(row.cells[column], kind), row]; });
        pairs.sort(function (a, b) { return (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1); });
        heads.forEach(function (other) { other.ariaSort = null; });
        head.ariaSort = down ? "descending" : "ascending";
        body.append(...pairs.map(function (pair) { return pair[1]; }));
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    filter();
    document.querySelectorAll("table.sortable").forEach(sortable);
  });
})();
