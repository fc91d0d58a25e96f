// The list's instant filter: an enhancement. Without it, every row and every facet page is there.
(function () {
  "use strict";
  // Set before anything is drawn, so that the form's room is there from the start.
  document.documentElement.classList.add("scripts");

  // As the build folds the rows' text (`search.records.fold`): no accents, no punctuation.
  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  document.addEventListener("DOMContentLoaded", function () {
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
    words.addEventListener("input", apply);
    apply(); // a browser may have kept the words from the last visit
  });
})();
